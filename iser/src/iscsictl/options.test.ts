import { UserError } from "kit/cli";
import { describe, expect, it } from "vitest";
import { defaultSessionConfig } from "#config";
import type { Action } from "./action.ts";
import { parseOptions } from "./options.ts";

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

const text = { kind: "text", pretty: false };
const changes = { targetAddress: undefined, targetName: undefined, user: undefined, secret: undefined, enable: undefined };
const added = { ...defaultSessionConfig, targetAddress: "host", targetName: "iqn.x:y" };

describe("command lines of iscsictl", () => {
  it.each([
    ["", { verb: "list", verbose: false, format: text, showSecrets: false, waitSeconds: undefined }],
    ["-L", { verb: "list", verbose: false, format: text, showSecrets: false, waitSeconds: undefined }],
    ["-v", { verb: "list", verbose: true, format: text, showSecrets: false, waitSeconds: undefined }],
    ["-Lv -w 5", { verb: "list", verbose: true, format: text, showSecrets: false, waitSeconds: 5 }],
    ["-L -c /etc/iscsi.conf", { verb: "list", verbose: false, format: text, showSecrets: false, waitSeconds: undefined }],
    ["--libxo json", { verb: "list", verbose: false, format: { kind: "json", pretty: false }, showSecrets: false, waitSeconds: undefined }],
    [
      "-L --libxo=json,pretty",
      { verb: "list", verbose: false, format: { kind: "json", pretty: true }, showSecrets: false, waitSeconds: undefined },
    ],
    ["-A -p host -t iqn.x:y", { verb: "add", session: added, waitSeconds: undefined, warning: undefined }],
    ["-A -p host -t iqn.x:y -w 0", { verb: "add", session: added, waitSeconds: 0, warning: undefined }],
    ["-A -p host -t iqn.x:y -e OFF", { verb: "add", session: { ...added, enable: false }, waitSeconds: undefined, warning: undefined }],
    [
      "-A -d host",
      { verb: "add", session: { ...added, sessionType: "Discovery", targetName: undefined }, waitSeconds: undefined, warning: undefined },
    ],
    ["-A -r -p host -t iqn.x:y", { verb: "add", session: { ...added, protocol: "iSER" }, waitSeconds: undefined, warning: undefined }],
    ["--libxo:XP -v", { verb: "list", verbose: true, format: { kind: "xml", pretty: true }, showSecrets: false, waitSeconds: undefined }],
    ["-Lv --show-secrets", { verb: "list", verbose: true, format: text, showSecrets: true, waitSeconds: undefined }],
    ["-Aa", { verb: "add-configured", which: { file: undefined, nickname: undefined }, waitSeconds: undefined }],
    ["-A -n disk1 -c f -w 3", { verb: "add-configured", which: { file: "f", nickname: "disk1" }, waitSeconds: 3 }],
    ["-M -i 7", { verb: "modify", sessionId: 7, changes, warning: undefined }],
    [
      "-M -i 7 -p host -t iqn.x:y -e off",
      {
        verb: "modify",
        sessionId: 7,
        changes: { ...changes, targetAddress: "host", targetName: "iqn.x:y", enable: false },
        warning: undefined,
      },
    ],
    ["-M -i 7 -n disk1", { verb: "modify-configured", sessionId: 7, which: { file: undefined, nickname: "disk1" } }],
    ["-R -n disk1 -c f", { verb: "remove-configured", which: { file: "f", nickname: "disk1" } }],
    ["--check", { verb: "check", file: undefined }],
    ["--check -c f", { verb: "check", file: "f" }],
    ["--format --in-place -c f", { verb: "format", file: "f", inPlace: true }],
    ["--completion zsh", { verb: "completion", shell: "zsh" }],
    ["--sysctl kern.iser.debug", { verb: "sysctl", name: "kern.iser.debug", value: undefined }],
    ["--sysctl=kern.iser.debug=3", { verb: "sysctl", name: "kern.iser.debug", value: "3" }],
    ["--sysctl kern.iser.debug=much", { verb: "sysctl", name: "kern.iser.debug", value: "much" }],
    ["-R -a", { verb: "remove", filter: { all: true, targetName: undefined, targetAddress: undefined } }],
    ["-M -i 3 -n disk --force", { verb: "modify-configured", sessionId: 3, which: { file: undefined, nickname: "disk" }, force: true }],
    ["-R -a --force", { verb: "remove", filter: { all: true, targetName: undefined, targetAddress: undefined, force: true } }],
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
    ["-L --libxo csv", "--libxo csv is not possible"],
    ["-x", "unknown option -x"],
    [`-A -p host -t iqn.${"x".repeat(219)}`, "the target name is 223 characters long"],
    ["-L --show-secrets", "--show-secrets is only for -L -v"],
    ["-A -d host --show-secrets", "--show-secrets is only for -L -v"],
    ["--in-place", "--in-place is only for --format"],
    ["--check -L", "-L cannot be used with --check"],
    ["--check --format", "--format cannot be used with --check"],
    ["--format -v", "-v cannot be used with --format"],
    ["--format f", "f cannot be used with --format"],
    ["--completion tcsh", "--completion tcsh is not possible"],
    ["--libxo:Q", "--libxo Q is not possible"],
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
    for (const one of letters) {
      for (const two of letters) {
        for (const three of letters) {
          try {
            parse(`-${one} -${two} -${three}`.replaceAll(/-([cdeinptusw])/g, (option, letter) => `${option} ${values[letter]}`));
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        }
      }
    }
  });
});

const letters = [..."AMRLacdeinprtusvw"];
const values: Readonly<Record<string, string>> = { c: "f", d: "h", e: "on", i: "1", n: "k", p: "h", t: "iqn.x:y", u: "u", s: "s", w: "1" };

/*
 * What goes together, written down a second time: FreeBSD's manual page as rows and columns, and not as our rules. For each mode a minimum that is right by itself, and
 * what may stand beside it: `+` may, `-` may not.
 */
const table = `
                 a c d e i n p r t u s v w
-L               - + - - - - - - - - - + +
-R -a            + + - - - - - - - - - - -
-R -n k          - + - - - + - - - - - - -
-R -p h          - + - - - - + - + - - - -
-R -t iqn.x:y    - + - - - - + - + - - - -
-A -a            + + - - - - - - - - - - +
-A -n k          - + - - - + - - - - - - +
-A -d h          - + + + - - - + - 2 2 - +
-A -p h -t iqn.x:y - + - + - - + + + 2 2 - +
-M -i 1          - + - + + + + - + + + - -
-M -i 1 -n k     - + - - + + - - - - - - -
`;

describe("options of iscsictl beside each other", () => {
  const [titles = "", ...rows] = table.trim().split("\n");
  const columns = titles.trim().split(" ");
  const cases = rows.flatMap((row) => {
    const [, start = "", marks = ""] = /^(.*?) +((?:[-+2] ?)+)$/.exec(row) ?? [];
    return columns.map((letter, index): [string, string, string] => [start, letter, marks.split(" ")[index] ?? ""]);
  });

  function isAccepted(line: string): boolean {
    try {
      parse(line);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      return false;
    }
  }

  /** The option again when the line has none of its own. */
  function withOption(start: string, letter: string): string {
    const option = values[letter] === undefined ? `-${letter}` : `-${letter} ${values[letter]}`;
    return start.split(" ").includes(`-${letter}`) ? start : `${start} ${option}`;
  }

  it("are as the manual page has them: each of them alone", () => {
    expect(cases.length).toBe(11 * 13);
    for (const [start, letter, mark] of cases) {
      // A user needs a secret, and a secret a user: `2` is right only with both.
      expect([start, letter, isAccepted(withOption(start, letter))]).toEqual([start, letter, mark === "+"]);
    }
  });

  it("are as the manual page has them: any two of them", () => {
    for (const row of new Set(cases.map(([start]) => start))) {
      const marks = new Map(cases.filter(([start]) => start === row).map(([, letter, mark]) => [letter, mark]));
      for (const one of columns) {
        for (const two of columns) {
          if (one === two) continue;
          const pair = [one, two];
          const needsBoth = pair.some((letter) => marks.get(letter) === "2");
          const both = pair.includes("u") && pair.includes("s");
          // A target may replace what names it otherwise: then other rows of the table hold.
          const narrows = row.startsWith("-M") && pair.includes("n") && pair.some((letter) => "eptus".includes(letter));
          const expected = pair.every((letter) => marks.get(letter) !== "-") && (!needsBoth || both) && !narrows;
          const line = withOption(withOption(row, one), two);
          expect([line, isAccepted(line)]).toEqual([line, expected]);
        }
      }
    }
  });

  it("have one mode, or none", () => {
    for (const one of "AMRL") {
      for (const two of "AMRL") if (one !== two) expect(isAccepted(`-${one} -${two} -a`)).toBe(false);
    }
    for (const letter of columns) expect(isAccepted(withOption("", letter).trim())).toBe("cvw".includes(letter));
  });
});
