import { buildCommand, buildRouteMap, type Command, type RouteMap } from "@stricli/core";
import { keeperCommand } from "./attach/keeper-command.ts";
import type { ProgramContext } from "./context.ts";

interface CommandEntry {
  readonly brief: string;
  readonly load: () => Promise<Command<ProgramContext>>;
}

/** The commands of `iser`. What a command is made of is loaded when it is the one that runs: the program starts in the time of its smallest part. */
export const commandTable: Readonly<Record<string, CommandEntry>> = {
  ls: { brief: "List the targets of a portal, and their disks", load: async () => (await import("./ls.ts")).lsCommand },
  inq: { brief: "Show what a disk says about itself", load: async () => (await import("./inq.ts")).inqCommand },
  dd: { brief: "Copy between disks, files and pipes", load: async () => (await import("./dd.ts")).ddCommand },
  target: { brief: "Serve files and memory over iSCSI and iSER", load: async () => (await import("./target.ts")).targetCommand },
  alua: { brief: "Show how good the ports to a disk are, and change it", load: async () => (await import("./alua.ts")).aluaCommand },
  attach: { brief: "Make a remote disk a block device in /dev", load: async () => (await import("./attach.ts")).attachCommand },
  detach: { brief: "Take an attached disk out of /dev", load: async () => (await import("./detach.ts")).detachCommand },
  mount: { brief: "Mount the file system of a remote disk", load: async () => (await import("./mount.ts")).mountCommand },
  nbd: { brief: "Serve a block device over NBD", load: async () => (await import("./nbd.ts")).nbdCommand },
  trace: { brief: "Run a command, and write down what its sessions say", load: async () => (await import("./trace.ts")).traceCommand },
  decode: { brief: "Print the PDUs in a capture, one a line", load: async () => (await import("./decode.ts")).decodeCommand },
  perf: { brief: "Measure how fast a disk reads and writes", load: async () => (await import("./perf.ts")).perfCommand },
};

/** Whether there is a command of this name. */
export function isCommand(name: string): boolean {
  return Object.hasOwn(commandTable, name);
}

/** All commands by name, with only `wanted` loaded; the others are names with a line of help. */
export async function loadCommands(wanted: string | undefined): Promise<RouteMap<ProgramContext>> {
  const routes: Record<string, Command<ProgramContext>> = {};
  for (const [name, { brief, load }] of Object.entries(commandTable)) {
    routes[name] = name === wanted ? await load() : nameOnly(brief);
  }
  // What iser attach leaves running; no help names it.
  if (wanted === keeperCommand) routes[keeperCommand] = (await import("./serve-attachment.ts")).serveAttachmentCommand;
  return buildRouteMap<string, ProgramContext>({
    routes,
    docs: {
      brief: "Tools for remote disks over iSCSI",
      fullDescription: [
        "Tools for remote disks over iSCSI.",
        "",
        "A disk is named by its URL, iscsi://[user[%password]@]host[:port]/target/lun, with options of the",
        "connection behind it: ?header_digest=crc32c&data_digest=crc32c&initiator=IQN",
        "",
        "Examples:",
        "  iser ls iscsi://192.0.2.1 --luns",
        "  iser inq iscsi://192.0.2.1/iqn.2026-11.example:disk/0",
        "  iser dd --if image.raw --of iscsi://192.0.2.1/iqn.2026-11.example:disk/0",
        "  iser perf iscsi://192.0.2.1/iqn.2026-11.example:disk/0 --rw randread --iodepth 32",
        "",
        "Say iser COMMAND --help for more about one of them. iser --completion bash (or zsh, fish) prints a script that completes",
        "commands and flags in that shell: source <(iser --completion bash)",
      ].join("\n"),
    },
  });
}

function nameOnly(brief: string): Command<ProgramContext> {
  return buildCommand<object, [], ProgramContext>({
    docs: { brief },
    parameters: {},
    func: () => new Error("this command was not loaded"),
  });
}
