import { buildCommand } from "@stricli/core";
import { UsageError } from "kit/cli";
import type { ProgramContext } from "./context.ts";

/** `iser trace`. With a command that can be traced it never comes here: see trace/run-traced.ts. */
export const traceCommand = buildCommand<object, string[], ProgramContext>({
  docs: {
    brief: "Run a command, and write down what its sessions say",
    fullDescription: [
      "Runs another command of iser and writes everything that its sessions say and hear into a capture (pcapng), which Wireshark and",
      "iser decode read: iSCSI over TCP as it is, iSER with MPA, DDP and RDMAP around it. Works for every command that opens sessions,",
      "and for the target, whose side of all connections it shows. Only you can read the file: all data is in it.",
      "",
      "Examples:",
      "  iser trace inquiry.pcapng inq iscsi://192.0.2.1/iqn.2026-11.example:disk/0",
      "  iser trace copy.pcapng dd --if image.raw --of iser://192.0.2.1:3261/iqn.2026-11.example:disk/0",
      "  iser trace served.pcapng target --listen 127.0.0.1:3260 --target iqn.2026-11.example:disk --lun mem:1G",
    ].join("\n"),
  },
  parameters: {
    flags: {},
    positional: { kind: "array", parameter: { parse: String, placeholder: "argument", brief: "FILE COMMAND, and what the command takes" } },
  },
  func(_flags, file, command) {
    const nextStep = "write iser trace FILE.pcapng COMMAND…, as in iser trace inq.pcapng inq iscsi://192.0.2.1/target/0";
    if (file === undefined) throw new UsageError("there is no file to write to", { nextStep });
    throw new UsageError(command === undefined ? `there is no command to trace into ${file}` : `${file} is no file to write to`, {
      nextStep,
    });
  },
});
