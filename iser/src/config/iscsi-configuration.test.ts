import { Secret } from "kit/log";
import { describe, expect, it } from "vitest";
import { maxFpduBytes, minFpduBytes } from "#iwarp";
import { formatDiagnostic } from "./diagnostic.ts";
import { loosePermissions } from "./file-permissions.ts";
import { findNickname, parseIscsiConfiguration } from "./iscsi-configuration.ts";
import { keys, obsoleteKeys } from "./keys.ts";
import { defaultSessionConfig } from "./session-config.ts";

/** What is said of a file, as it is printed. */
function said(content: string): string[] {
  return parseIscsiConfiguration(content).diagnostics.map((diagnostic) => formatDiagnostic("f", diagnostic).trimEnd());
}

const target = "TargetAddress = host\nTargetName = iqn.x:y\n";

/** A right block with these entries more. */
function block(...entries: string[]): string {
  return `t {\n${target}${entries.join("\n")}\n}\n`;
}

function session(...entries: string[]): object | undefined {
  const { sessions, isWrong } = parseIscsiConfiguration(block(...entries));
  return isWrong ? undefined : sessions[0]?.session;
}

describe("an iscsi.conf", () => {
  it("is blocks of keys and values, in any case, with or without semicolons, quotes, comments and carriage returns", () => {
    const content =
      '# storage\r\n\r\nFirst{targetADDRESS=10.0.0.1;TargetName="iqn.2012-06.com.example:target0";}\r\n' +
      "second # not yet\r\n{ TargetAddress = [2001:db8::1]:3261\r\n  SESSIONTYPE = discovery enable = NO # here\r\n}";
    const { sessions, diagnostics } = parseIscsiConfiguration(content);
    expect(diagnostics).toEqual([]);
    expect(sessions).toEqual([
      {
        nickname: "First",
        line: 3,
        session: { ...defaultSessionConfig, targetAddress: "10.0.0.1", targetName: "iqn.2012-06.com.example:target0" },
      },
      {
        nickname: "second",
        line: 4,
        session: { ...defaultSessionConfig, targetAddress: "[2001:db8::1]:3261", sessionType: "Discovery", enable: false },
      },
    ]);
    expect(findNickname(sessions, "SECOND")).toBe(sessions[1]);
    expect(findNickname(sessions, "third")).toBeUndefined();
  });

  it("may be empty, or nothing but comments", () => {
    for (const content of ["", "\n", "# nothing", "\uFEFF# from another system\r\n"]) {
      expect(parseIscsiConfiguration(content)).toEqual({ sessions: [], diagnostics: [], isWrong: false });
    }
  });

  it("has a key for everything that can be said of a session", () => {
    const everything = session(
      "InitiatorName = iqn.1994-09.org.freebsd:me",
      "InitiatorAddress = 192.0.2.7",
      'InitiatorAlias = "the machine under the desk"',
      "chapIName = me",
      "chapSecret = swordfish1234",
      "tgtChapName = you",
      "tgtChapSecret = marlin1234567",
      "AuthMethod = chap",
      "HeaderDigest = crc32c",
      "DataDigest = CRC32C",
      "Protocol = iser",
      "Offload = none",
      "dscp = AF21",
      "pcp = 7",
      "PingTimeout = 3",
      "LoginTimeout = 0x10",
      "TargetCache = Protected",
      "iserCRC = Off",
      "iserFPDU = 1400",
      "Enable = Off",
    );
    expect(everything).toEqual({
      sessionType: "Normal",
      targetAddress: "host",
      targetName: "iqn.x:y",
      initiatorName: "iqn.1994-09.org.freebsd:me",
      initiatorAddress: "192.0.2.7",
      initiatorAlias: "the machine under the desk",
      authMethod: "CHAP",
      user: "me",
      secret: expect.any(Secret),
      mutualUser: "you",
      mutualSecret: expect.any(Secret),
      headerDigest: "CRC32C",
      dataDigest: "CRC32C",
      protocol: "iSER",
      offload: "none",
      dscp: 18,
      pcp: 7,
      pingTimeoutS: 3,
      loginTimeoutS: 16,
      targetCache: "protected",
      iserCrc: false,
      iserFpduBytes: 1400,
      enable: false,
    });
  });

  it.each([
    ["0", 0],
    ["63", 63],
    ["0x2E", 46],
    ["be", 0],
    ["EF", 46],
    ["cs7", 56],
    ["af11", 10],
    ["af43", 38],
  ])("understands dscp = %s", (text, dscp) => {
    expect(session(`dscp = ${text}`)).toMatchObject({ dscp });
  });

  it("uses CHAP when there are credentials, unless it is told not to", () => {
    expect(session()).toMatchObject({ authMethod: "None" });
    expect(session("chapIName = me", "chapSecret = swordfish1234")).toMatchObject({ authMethod: "CHAP" });
    expect(session("chapIName = me", "chapSecret = swordfish1234", "AuthMethod = None")).toMatchObject({ authMethod: "None" });
  });

  it.each(obsoleteKeys)("reads over the obsolete key %s, with a warning", (key) => {
    expect(session(`${key} = anything`)).toEqual({ ...defaultSessionConfig, targetAddress: "host", targetName: "iqn.x:y" });
    expect(said(block(`${key} = anything`))).toEqual([`f:4:1: warning: ${key} is obsolete and without effect; take it out`]);
  });

  it("lets FPDUs be as long as iWARP does", () => {
    expect(keys.iserFPDU.permitted).toBe(`bytes from ${minFpduBytes} to ${maxFpduBytes}`);
  });
});

describe("what is wrong in an iscsi.conf", () => {
  it("is all found in one run, each with its place", () => {
    const content =
      't {\n\tTargetAddress = host:70000\n\tTargetNam = iqn.x:y\n  HeaderDigest = md5\n}\nT { }\nu { chapIName me\n Enable = "on\n}\n';
    expect(said(content)).toEqual([
      'f:2:18: error: TargetAddress: "host:70000" is no address; it takes HOST, HOST:PORT, [IPV6] or [IPV6]:PORT with a port from 1 to 65535',
      'f:3:2: error: unknown key "TargetNam"; did you mean TargetName?',
      'f:4:18: error: HeaderDigest: "md5" is not possible; it takes None or CRC32C',
      'f:6:1: error: duplicate nickname "T", which is that of line 1 too; give every target one of its own',
      'f:7:15: error: "me" where = behind "chapIName" should be',
      'f:8:11: error: the quotes are not closed on this line; put a " behind the value',
    ]);
  });

  it.each([
    [["InitiatorName = iqn.x:z", "InitiatorName = iqn.x:z"], "5:1: error: duplicate InitiatorName, which line 4 has already"],
    [["maxluns = 1", "MAXLUNS = 1"], "5:1: error: duplicate maxluns"],
    [["colour = red"], '4:1: error: unknown key "colour"; iscsi.conf(5) lists the keys'],
    [['InitiatorAlias = ""'], "4:18: error: InitiatorAlias: the value is empty; it takes a name of 1 to 255 characters"],
    [[`InitiatorAlias = ${"x".repeat(256)}`], "4:18: error: InitiatorAlias: the value has 256 characters"],
    [[`InitiatorName = iqn.${"x".repeat(220)}`], "4:17: error: InitiatorName: the value has 224 characters"],
    [["Offload = cxgbei00"], "4:11: error: Offload: the value has 8 characters"],
    [["Enable = perhaps"], '4:10: error: Enable: "perhaps" is not possible; it takes On or Off'],
    [["Protocol = NVMe"], '4:12: error: Protocol: "NVMe" is not possible; it takes iSCSI or iSER'],
    [["AuthMethod = SRP"], '4:14: error: AuthMethod: "SRP" is not possible; it takes None or CHAP'],
    [["SessionType = Odd"], "it takes Normal or Discovery"],
    [["dscp = 64"], '4:8: error: dscp: "64" is not possible; it takes 0 to 63, 0x0 to 0x3f, be, ef, cs0 to cs7, or af11'],
    [["dscp = af14"], 'dscp: "af14" is not possible'],
    [["dscp = 0x"], 'dscp: "0x" is not possible'],
    [["pcp = 8"], '4:7: error: pcp: "8" is not possible; it takes a number from 0 to 7'],
    [["PingTimeout = 0"], 'PingTimeout: "0" is not possible; it takes seconds from 1 to 2147483'],
    [["LoginTimeout = 1s"], 'LoginTimeout: "1s" is not possible'],
    [["iserFPDU = 100"], "it takes bytes from 1400 to 65536"],
    [["chapIName = me"], "4:13: error: chapIName needs a chapSecret"],
    [["chapSecret = swordfish1234"], "4:14: error: chapSecret needs a chapIName"],
    [["chapIName = me", "chapSecret = swordfish1234", "tgtChapName = you"], "6:15: error: tgtChapName needs a tgtChapSecret"],
    [["tgtChapName = you", "tgtChapSecret = marlin1234567"], "4:15: error: mutual CHAP needs chapIName and chapSecret too"],
    [["AuthMethod = CHAP"], "4:14: error: AuthMethod CHAP needs chapIName and chapSecret"],
    [["SessionType = Discovery"], "3:14: error: a discovery session has no TargetName"],
    [["pcp = 1;;"], '4:9: error: ";" where a key or } should be'],
    [["pcp 1"], '4:5: error: "1" where = behind "pcp" should be'],
    [["pcp = "], '5:1: error: "}" where the value of "pcp" should be'],
    [["pcp =", "dscp = 1"], '5:1: error: "dscp" where the value of "pcp" should be'],
    [["pcp = {"], '4:7: error: "{" where the value of "pcp" should be'],
    [['"pcp" = 1'], "4:1: error: a key is written without quotes"],
    [["InitiatorAlias = a$b"], "4:19: error: a character that cannot stand outside of quotes"],
    [["chapSecret = abc=="], "4:17: error: a = cannot stand in a bare word; put a value with = in it into double quotes"],
    [["InitiatorAlias = a b$c"], "4:20: error: a second word where only one can be; put a value with blanks into double quotes"],
    [["InitiatorAlias = a b"], "4:20: error: a second word where only one can be; put a value with blanks into double quotes"],
  ])("%j: %s", (entries, sentence) => {
    expect(said(block(...entries)).join("\n")).toContain(sentence);
    expect(session(...entries)).toBeUndefined();
  });

  it.each([
    ["chapSecret = a$b%c&d", "4:15"],
    ["chapSecret = a$b c%d e&f", "4:15"],
    ["chapSecret = ab+cd/ef==", "4:16"],
    ["InitiatorAlias = ä$ö§ü", "4:18"],
    ["InitiatorAlias = $$$ # why not", "4:18"],
    ["HeaderDigest = CRC32C,None", "4:22"],
    ["$$$ = 3", "4:1"],
    ["Enable? = %%%", "4:7"],
    ["a!b c@d", "4:2"],
    ["@@@", "4:1"],
  ])("is told once of a line that has characters of no word: %s", (entry, place) => {
    const stray =
      "a character that cannot stand outside of quotes; a bare word has letters, digits and . _ / : [ ] -; put anything else into double quotes";
    const told = said(block(entry, "pcp = 9")).filter((line) => line.startsWith("f:4:"));
    expect(told[0]).toBe(`f:${place}: error: ${stray}`);
    expect(told.length).toBe(entry.startsWith("Enable?") ? 2 : 1);
    expect(said(block(entry, "pcp = 9"))).toContainEqual(expect.stringMatching(/^f:5:7: error: pcp: /));
  });

  it.each([
    ["t { TargetName = iqn.x:y }", 'f:1:1: error: "t" has no TargetAddress; say where its target is'],
    ["t { TargetAddress = host }", 'f:1:1: error: "t" has no TargetName; say which target it is, or make it SessionType = Discovery'],
    ["t { TargetAddress = host", 'f:1:25: error: the block of "t" from line 1 is not closed; put a } at its end'],
    [`t {\n u {\n ${target} }`, 'f:2:2: error: the block of "t" from line 1 is not closed; put a } at its end'],
    [`t ${target} }`, 'f:1:3: error: "TargetAddress" where { behind the nickname "t" should be'],
    [
      "\0t $",
      "f:1:1: error: a character that cannot stand outside of quotes; a bare word has letters, digits and . _ / : [ ] -; put anything else into double quotes",
    ],
    ["t $secret", 'f:1:3: error: a word that has to be quoted where { behind the nickname "t" should be'],
    ["t", 'f:1:2: error: the file ends where { behind the nickname "t" should be'],
    ["}", 'f:1:1: error: "}" where a nickname should be'],
    [`"" { ${target} }`, "f:1:1: error: the nickname is empty"],
  ])("%j", (content, sentence) => {
    expect(said(content)).toContain(sentence);
  });

  it.each([
    [["InitiatorName = me"], 'f:4:17: warning: InitiatorName: the name "me" is unusual: names start with iqn., eui. or naa.'],
    [
      ["chapIName = me", "chapSecret = short"],
      "f:5:14: warning: chapSecret: the secret has fewer than 12 characters, and can be found by trying",
    ],
    [["chapIName = me", "chapSecret = swordfish1234", "AuthMethod = None"], "with AuthMethod None the credentials are not used"],
    [
      ["chapIName=me", "chapSecret=swordfish1234", "tgtChapName=you", "tgtChapSecret=swordfish1234"],
      "the secrets of both directions are the same",
    ],
    [["Protocol = iSER", "DataDigest = CRC32C"], "f:5:14: warning: iSER has no digests"],
    [["iserCRC = Off"], "f:4:11: warning: iserCRC is of no effect without Protocol = iSER"],
  ])("is only suspicious in %j", (entries, sentence) => {
    expect(said(block(...entries)).join("\n")).toContain(sentence);
    expect(session(...entries)).toBeDefined();
  });

  it("is suspicious when two blocks are one session", () => {
    expect(said(block() + block().replace("t {", "u {"))).toEqual(['f:6:1: warning: the same target at the same address as "t" in line 1']);
  });

  it("never repeats a secret", () => {
    for (const value of [
      "swordfish",
      "sword fish",
      '"sword',
      "sword$fish",
      "sword=",
      "sword==",
      "swo/rd+=",
      "a sword$=",
      "sword\nfish = 1",
      "{sword",
      '"" sword',
    ]) {
      for (const key of ["chapSecret", "tgtChapSecret"]) {
        const first = said(block(`${key} = ${value}`)).join("\n");
        expect(first).not.toContain("sword");
      }
    }
    const { sessions } = parseIscsiConfiguration(block("chapIName = me", "chapSecret = swordfish1234"));
    expect(JSON.stringify(sessions)).not.toContain("swordfish");
  });
});

describe("the permissions of a file with secrets", () => {
  it.each([
    [0o100600, undefined],
    [0o100640, undefined],
    [0o100644, "everybody may read it"],
    [0o100666, "everybody may read and write it"],
    [0o100777, "everybody may read and write and execute it"],
  ])("%o", (mode, problem) => {
    expect(loosePermissions(mode)).toBe(problem);
  });
});
