import { UserError } from "kit/cli";
import { describe, expect, it } from "vitest";
import { defaultSessionConfig } from "../config/index.ts";
import { type Action, parseOptions } from "./options.ts";

function parse(line: string): Action {
  return parseOptions(line.split(" ").filter(Boolean)).action;
}

function refusal(line: string): UserError {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`"${line}" was accepted`);
}

const added = { ...defaultSessionConfig, targetAddress: "host", targetName: "iqn.x:y" };

describe("command lines of iscsictl", () => {
  it.each([
    ["", { verb: "list", verbose: false, format: { kind: "text" }, waitSeconds: undefined }],
    ["-L", { verb: "list", verbose: false, format: { kind: "text" }, waitSeconds: undefined }],
    ["-v", { verb: "list", verbose: true, format: { kind: "text" }, waitSeconds: undefined }],
    ["-Lv -w 5", { verb: "list", verbose: true, format: { kind: "text" }, waitSeconds: 5 }],
    ["-L -c /etc/iscsi.conf", { verb: "list", verbose: false, format: { kind: "text" }, waitSeconds: undefined }],
    ["--libxo json", { verb: "list", verbose: false, format: { kind: "json", pretty: false }, waitSeconds: undefined }],
    ["-L --libxo=json,pretty", { verb: "list", verbose: false, format: { kind: "json", pretty: true }, waitSeconds: undefined }],
    ["-A -p host -t iqn.x:y", { verb: "add", session: added, waitSeconds: undefined, warning: undefined }],
    ["-A -p host -t iqn.x:y -w 0", { verb: "add", session: added, waitSeconds: 0, warning: undefined }],
    ["-A -p host -t iqn.x:y -e OFF", { verb: "add", session: { ...added, enable: false }, waitSeconds: undefined, warning: undefined }],
    [
      "-A -d host",
      { verb: "add", session: { ...added, sessionType: "Discovery", targetName: undefined }, waitSeconds: undefined, warning: undefined },
    ],
    ["-A -r -p host -t iqn.x:y", { verb: "add", session: { ...added, protocol: "iSER" }, waitSeconds: undefined, warning: undefined }],
    ["--sysctl kern.iser.debug", { verb: "sysctl", name: "kern.iser.debug", value: undefined }],
    ["--sysctl=kern.iser.debug=3", { verb: "sysctl", name: "kern.iser.debug", value: "3" }],
    ["-R -a", { verb: "remove", filter: { all: true, targetName: undefined, targetAddress: undefined } }],
    ["-Ra", { verb: "remove", filter: { all: true, targetName: undefined, targetAddress: undefined } }],
    ["-R -t iqn.x:y -p host", { verb: "remove", filter: { all: false, targetName: "iqn.x:y", targetAddress: "host" } }],
    ["--help -A -R", { verb: "help" }],
    ["-h", { verb: "help" }],
  ])("%j", (line, action) => {
    expect(parse(line)).toEqual(action);
  });

  it("keep the secret where it cannot be printed", () => {
    const action = parse("-A -p host -t iqn.x:y -u me -s swordfish123");
    expect(JSON.stringify(action)).not.toContain("swordfish");
    expect(action.verb === "add" && action.session.secret?.reveal()).toBe("swordfish123");
  });

  it.each([
    ["-A -L", "at most one of -A, -M, -R, or -L may be specified"],
    ["-L --sysctl kern.iser.debug", "--sysctl cannot be used with anything but --socket"],
    ["--sysctl kern.iser.debug=much", 'kern.iser.debug "much" is not a number from 0 to 4294967295'],
    ["--sysctl a=1=2", '--sysctl "a=1=2" is not possible'],
    ["-ARL", "at most one of -A, -M, -R, or -L may be specified"],
    ["-L extra", 'unexpected argument "extra"'],
    ["-A", "must specify -a, -n, -d, or -p and -t"],
    ["-A -p host", "-p must always be used with -t"],
    ["-A -t iqn.x:y", "-t must always be used with -p"],
    ["-A -p host -t iqn.x:y -u me", "-u must always be used with -s"],
    ["-A -d host -s secret", "-s must always be used with -u"],
    ["-A -a -e on", "-a and -e are mutually exclusive"],
    ["-A -a -p host", "-a and -p are mutually exclusive"],
    ["-A -a -n nick", "-a and -n are mutually exclusive"],
    ["-A -a -d host", "-a and -d are mutually exclusive"],
    ["-A -a -r", "-a and -r are mutually exclusive"],
    ["-A -n nick -t iqn.x:y", "-n and -t are mutually exclusive"],
    ["-A -n nick -d host", "-n and -d are mutually exclusive"],
    ["-A -d host -p host", "-d and -p are mutually exclusive"],
    ["-A -d host -t iqn.x:y", "-d and -t are mutually exclusive"],
    ["-A -d host -i 1", "-i cannot be used with -A"],
    ["-A -d host -v", "-v cannot be used with -A"],
    ["-A -d host -e perhaps", "-e perhaps is not possible"],
    ["-A -d host -w -1", '-w "-1" is not a number from 0'],
    ["-A -d host -w 1s", '-w "1s" is not a number from 0'],
    ["-A -d host -w 3000000", '-w "3000000" is not a number from 0 to 2147483'],
    ["-M", "-M requires -i"],
    ["-M -i 1 -a", "-a cannot be used with -M"],
    ["-M -i 1 -w 1", "-w cannot be used with -M"],
    ["-M -i 1 -n nick -p host", "-n and -p are mutually exclusive"],
    ["-M -i x", '-i "x" is not a number'],
    ["-M -i 4294967296", '-i "4294967296" is not a number'],
    ["-R", "must specify either -a, -n, -t, or -p"],
    ["-R -a -t iqn.x:y", "-a and -t are mutually exclusive"],
    ["-R -a -n nick", "-a and -n are mutually exclusive"],
    ["-R -n nick -p host", "-n and -p are mutually exclusive"],
    ["-R -a -v", "-v cannot be used with -R"],
    ["-R -a -w 1", "-w cannot be used with -R"],
    ["-R -d host", "-d cannot be used with -R"],
    ["-L -p host", "-p cannot be used with -L"],
    ["-L -u me", "-u cannot be used with -L"],
    ["-L -a", "-a cannot be used with -L"],
    ["-L -e on", "-e cannot be used with -L"],
    ["-L --libxo xml", "--libxo xml is not possible"],
    ["-x", "unknown option -x"],
    [`-A -p host -t iqn.${"x".repeat(219)}`, "the target name is 223 characters long"],
    ["-A -a", "iscsi.conf is not read yet"],
    ["-A -n nick -c /etc/iscsi.conf", "iscsi.conf is not read yet"],
    ["-R -n nick", "iscsi.conf is not read yet"],
    ["-M -i 1 -p host", "changing a session (-M) is not possible yet"],
  ])("refuse %j with exit code 1", (line, message) => {
    const error = refusal(line);
    expect(error.message).toContain(message);
    expect(error.exitCode).toBe(1);
    expect(error.nextStep).toBeDefined();
  });

  it.each([
    ["iqn.2026-11.test:disk-1", undefined],
    ["iqn.2026-11.test:Disk", "a-z, 0-9"],
    ["eui.0123456789abcdef", undefined],
    ["eui.0123", "16 hexadecimal digits"],
    ["naa.52004567BA64678D", undefined],
    ["naa.", "up to 32 hexadecimal digits"],
    ["disk", "names start with iqn."],
  ])("warn of the name %s only when it is strange", (name, warning) => {
    const action = parse(`-A -p host -t ${name}`);
    const said = action.verb === "add" ? action.warning : undefined;
    if (warning === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(warning);
  });

  it("are accepted or refused with a sentence, any three options together", () => {
    const options = [
      "-A",
      "-M",
      "-R",
      "-L",
      "-a",
      "-c f",
      "-d h",
      "-e on",
      "-i 1",
      "-n k",
      "-p h",
      "-r",
      "-t iqn.x:y",
      "-u u",
      "-s s",
      "-v",
      "-w 1",
    ];
    for (const one of options) {
      for (const two of options) {
        for (const three of options) {
          try {
            parse(`${one} ${two} ${three}`);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        }
      }
    }
  });
});
