import { runMain, runSubcommands, TestWorld } from "kit/cli";
import type { ManualPage } from "../../src/manual/index.ts";
import { commandTable, loadCommands, version } from "../../src/tools/index.ts";

/** iser(8). Its commands are described where they are made: the page takes over what their `--help` prints. */
export async function iserManual(): Promise<ManualPage> {
  const names = Object.keys(commandTable);
  const sections = await Promise.all(
    names.map(async (name) => ({ title: `iser ${name}`, paragraphs: [`${commandTable[name]?.brief}.`], verbatim: await helpOf(name) })),
  );
  return {
    name: "iser",
    section: 8,
    date: "2026-11-22",
    summary: "tools for remote disks over iSCSI and iSER",
    synopsis: ["command [options] [arguments]", "command --help", "--completion bash|zsh|fish", "--help | --version"],
    description: [
      "Looks at remote disks, copies them, measures them, serves them, and makes them block devices here. Each command connects by itself and needs no daemon; iscsid(8) is for sessions that stay.",
      "A disk is named by its URL, `iscsi://[user[%password]@]host[:port]/target/lun` over TCP or `iser://...` over RDMA. Options of the connection follow it behind a question mark with `&` between them: `header_digest` and `data_digest` (crc32c or none, TCP only), `initiator` (our name), `target_user` and `target_password` (mutual CHAP), `crc` (on or off, iSER only), `fpdu` (bytes, iSER only) and `immediate` (whole or part, iSER only). The port is 3260 unless given. Without target and LUN it names a portal. In user, password and target a sign that means something in a URL is written as `%` and two hexadecimal digits (`%25` for `%`, `%40` for `@`, `%2F` for `/`, `%3F` for `?`). A password that holds both `@` and `/` as they are is understood where the target's name begins with `iqn.`, `eui.` or `naa.`, and elsewhere refused.",
    ],
    options: [],
    sections: [{ title: "Commands", items: names.map((name) => ({ term: name, text: `${commandTable[name]?.brief}.` })) }, ...sections],
    environment: [
      {
        term: "LIBISCSI_CHAP_USERNAME, LIBISCSI_CHAP_PASSWORD",
        text: "user and password for CHAP, as libiscsi's tools take them, when the URL of a disk or portal names no user; one without the other is an error. A target that wants no proof is used all the same. A URL may name the user and leave the password to the variable, where no list of processes shows it",
      },
      {
        term: "LIBISCSI_CHAP_TARGET_USERNAME, LIBISCSI_CHAP_TARGET_PASSWORD",
        text: "what the target must prove in return (mutual CHAP), when the URL does not say so; a portal that is only asked for its targets need not",
      },
    ],
    files: [],
    exitStatus: [
      { term: "0", text: "when all went well" },
      { term: "1", text: "when anything did not" },
      { term: "2", text: "for a wrong command line" },
      { term: "3", text: "when this machine, or this user, can have no device in /dev" },
    ],
    examples: [
      {
        text: "See what a portal has, and what one of its disks is:",
        commands: ["iser ls iscsi://192.0.2.1 --luns", "iser inq iscsi://192.0.2.1/iqn.2026-11.example:disk/0"],
      },
      { text: "Serve a file over TCP and iSER:", commands: ["iser target --help"] },
    ],
    seeAlso: ["iscsid(8)", "iscsictl(8)"],
  };
}

async function helpOf(command: string): Promise<string> {
  const world = new TestWorld([command, "--help"]);
  const root = await loadCommands(command);
  const exitCode = await runMain(
    "iser",
    () =>
      runSubcommands(
        {
          name: "iser",
          version,
          root,
          context: () => {
            throw new Error("help needs no context");
          },
        },
        world,
      ),
    world,
  );
  if (exitCode !== 0) throw new Error(`iser ${command} --help ended with ${exitCode}`);
  return world.stdout.text.trimEnd();
}
