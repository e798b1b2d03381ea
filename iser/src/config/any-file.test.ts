import fc from "fast-check";
import { SeededRandom } from "kit/clock";
import peggy from "peggy";
import { describe, expect, it } from "vitest";
import { formatIscsiConfiguration } from "./formatter.ts";
import { type IscsiConfiguration, parseIscsiConfiguration } from "./iscsi-configuration.ts";
import type { SessionConfig } from "./session-config.ts";

/*
 * A second opinion: the grammar of iscsi.conf(5) written down once more, in another notation, by its manual and not by our parser. Both have to agree on which
 * files are right and on what these say.
 */
const grammar = String.raw`
file = _ blocks:(@block _)* { return blocks; }
block = nickname:word _ "{" _ entries:(@entry _ (";" _)?)* "}" { return { nickname, entries }; }
entry = text / choice / toggle / number / codePoint / obsolete
text = key:$("TargetName"i / "TargetAddress"i / "InitiatorName"i / "InitiatorAddress"i / "InitiatorAlias"i / "chapIName"i / "chapSecret"i / "tgtChapName"i / "tgtChapSecret"i / "Offload"i) is value:word
  { return [key, value]; }
choice = key:$"AuthMethod"i is value:('"' @method '"' / @method stop) { return [key, value]; }
  / key:$("HeaderDigest"i / "DataDigest"i) is value:('"' @digest '"' / @digest stop) { return [key, value]; }
  / key:$"SessionType"i is value:('"' @type '"' / @type stop) { return [key, value]; }
  / key:$"TargetCache"i is value:('"' @cache '"' / @cache stop) { return [key, value]; }
  / key:$"Protocol"i is value:('"' @protocol '"' / @protocol stop) { return [key, value]; }
method = $("None"i / "CHAP"i)
digest = $("None"i / "CRC32C"i)
type = $("Normal"i / "Discovery"i)
cache = $("volatile"i / "protected"i)
protocol = $("iSCSI"i / "iSER"i)
toggle = key:$("Enable"i / "iserCRC"i) is value:('"' @state '"' / @state stop) { return [key, /^(on|yes)$/i.test(value)]; }
state = "on"i / "yes"i / "off"i / "no"i
number = key:$("pcp"i / "PingTimeout"i / "LoginTimeout"i / "iserFPDU"i) is value:('"' @integer '"' / @integer stop) { return [key, value]; }
codePoint = key:$"dscp"i is value:('"' @(perHop / integer) '"' / @(perHop / integer) stop) { return [key, value]; }
perHop = "be"i { return 0; } / "ef"i { return 46; } / "cs"i n:[0-7] { return n * 8; } / "af"i x:[1-4] y:[1-3] { return x * 8 + y * 2; }
integer = "0x"i digits:$[0-9a-f]i+ { return parseInt(digits, 16); } / digits:$[0-9]+ { return parseInt(digits, 10); }
obsolete = key:$("port"i / "MaxConnections"i / "TargetAlias"i / "tags"i / "chapDigest"i) is word { return [key, null]; }
is = !bare _ "=" _
stop = !bare
word = $bare+ / '"' @$[^"\n]* '"'
bare = [a-zA-Z0-9._/:[\]-]
_ = ([ \t\r\n] / comment)*
comment = "#" [^\n]*
`;

const parser = peggy.generate(grammar);

type Values = Record<string, string | number | boolean | null>;

/** What the grammar makes of a file: the values of every block by lower-case key, or undefined when it is not right. */
function secondOpinion(content: string): { nickname: string; values: Values }[] | undefined {
  let blocks: { nickname: string; entries: [string, string | number | boolean | null][] }[];
  try {
    blocks = parser.parse(content);
  } catch {
    return undefined;
  }
  const nicknames = blocks.map(({ nickname }) => nickname.toLowerCase());
  if (new Set(nicknames).size < nicknames.length || nicknames.includes("")) return undefined;
  const read = blocks.map(({ nickname, entries }) => {
    const values = Object.fromEntries(entries.map(([key, value]) => [key.toLowerCase(), value]));
    return { nickname, values, isRight: Object.keys(values).length === entries.length && isRight(values) };
  });
  return read.every((block) => block.isRight) ? read.map(({ nickname, values }) => ({ nickname, values })) : undefined;
}

const limits: Record<string, [number, number]> = {
  pcp: [0, 7],
  dscp: [0, 63],
  pingtimeout: [1, 2147483],
  logintimeout: [1, 2147483],
  iserfpdu: [1400, 65536],
};
const lengths: Record<string, number> = { targetname: 223, initiatorname: 223, initiatoraddress: 46, offload: 7 };

function isRight(values: Values): boolean {
  for (const [key, value] of Object.entries(values)) {
    if (value === "" || (typeof value === "string" && value.length > (lengths[key] ?? 255))) return false;
    const [least, most] = limits[key] ?? [0, 0];
    if (typeof value === "number" && (value < least || value > most)) return false;
  }
  const has = (key: string): boolean => values[key] !== undefined;
  const isDiscovery = String(values.sessiontype).toLowerCase() === "discovery";
  const wantsChap = String(values.authmethod).toLowerCase() === "chap";
  if (!has("targetaddress") || has("targetname") === isDiscovery) return false;
  if (has("chapiname") !== has("chapsecret") || has("tgtchapname") !== has("tgtchapsecret")) return false;
  return has("chapiname") || !(has("tgtchapname") || wantsChap);
}

/** Our reading of a file in the same form. */
function firstOpinion({ sessions, isWrong }: IscsiConfiguration): { nickname: string; session: SessionConfig }[] | undefined {
  return isWrong ? undefined : sessions.map(({ nickname, session }) => ({ nickname, session }));
}

/** Both opinions of a file are the same; `doubtful` files may have an address that only we look into. */
function expectAgreement(content: string, what: string): boolean {
  const ours = firstOpinion(parseIscsiConfiguration(content));
  const theirs = secondOpinion(content);
  const addressIsWrong = parseIscsiConfiguration(content).diagnostics.some(({ message }) => message.includes("TargetAddress: "));
  if (addressIsWrong) return false;
  expect(ours === undefined, `${what}\n${content}`).toBe(theirs === undefined);
  if (ours === undefined || theirs === undefined) return false;
  expect(ours.map(({ nickname }) => nickname)).toEqual(theirs.map(({ nickname }) => nickname));
  for (const [index, { session }] of ours.entries()) expectValues(session, theirs[index]?.values ?? {});
  return true;
}

function expectValues(session: SessionConfig, values: Values): void {
  const lower = (value: string | undefined): string | undefined => value?.toLowerCase();
  const text = (key: string): string | undefined => values[key]?.toString();
  expect({
    targetAddress: session.targetAddress,
    targetName: session.targetName,
    initiatorName: session.initiatorName,
    initiatorAddress: session.initiatorAddress,
    initiatorAlias: session.initiatorAlias,
    offload: session.offload,
    user: session.user,
    secret: session.secret?.reveal(),
    mutualUser: session.mutualUser,
    mutualSecret: session.mutualSecret?.reveal(),
    sessionType: lower(session.sessionType),
    protocol: lower(session.protocol),
    targetCache: session.targetCache,
    headerDigest: lower(session.headerDigest),
    dataDigest: lower(session.dataDigest),
    authMethod: lower(session.authMethod),
    numbers: [session.dscp, session.pcp, session.pingTimeoutS, session.loginTimeoutS, session.iserFpduBytes],
    toggles: [session.enable, session.iserCrc],
  }).toEqual({
    targetAddress: text("targetaddress"),
    targetName: text("targetname"),
    initiatorName: text("initiatorname"),
    initiatorAddress: text("initiatoraddress"),
    initiatorAlias: text("initiatoralias"),
    offload: text("offload"),
    user: text("chapiname"),
    secret: text("chapsecret"),
    mutualUser: text("tgtchapname"),
    mutualSecret: text("tgtchapsecret"),
    sessionType: lower(text("sessiontype") ?? "Normal"),
    protocol: lower(text("protocol") ?? "iSCSI"),
    targetCache: lower(text("targetcache")),
    headerDigest: lower(text("headerdigest") ?? "None"),
    dataDigest: lower(text("datadigest") ?? "None"),
    authMethod: lower(text("authmethod") ?? (values.chapiname === undefined ? "None" : "CHAP")),
    numbers: [values.dscp, values.pcp, values.pingtimeout, values.logintimeout, values.iserfpdu],
    toggles: [values.enable ?? true, values.isercrc ?? true],
  });
}

const anyCase = (text: string): fc.Arbitrary<string> => fc.constantFrom(text, text.toLowerCase(), text.toUpperCase());
const gap = fc.constantFrom(" ", "\n", "\r\n", "\t", "  # a comment = { }\n", '\n# "so\n\n');
const gapOrNone = fc.oneof(gap, fc.constant(""));
const bareText = fc.stringMatching(/^[a-zA-Z0-9._/:[\]-]{1,20}$/);
const anyText = fc.oneof(bareText, fc.stringMatching(/^"[^"\n\r]{0,20}"$/));
const anyValueOf = (key: string): fc.Arbitrary<string> => {
  const values: Record<string, fc.Arbitrary<string>> = {
    AuthMethod: anyCase("CHAP"),
    HeaderDigest: fc.constantFrom("None", "crc32c", "CRC32C"),
    DataDigest: fc.constantFrom("none", '"CRC32C"', "CRC"),
    SessionType: fc.constantFrom("Normal", "discovery"),
    Protocol: fc.constantFrom("iSCSI", "iser", "TCP"),
    TargetCache: fc.constantFrom("volatile", "Protected", "durable"),
    Enable: fc.constantFrom("on", "Yes", "OFF", "no", "1"),
    iserCRC: fc.constantFrom("on", "off"),
    dscp: fc.oneof(fc.nat(70).map(String), fc.constantFrom("0x1F", "0x", "af21", "AF44", "cs7", "cs8", "be", "EF")),
    pcp: fc.nat(9).map(String),
    PingTimeout: fc.constantFrom("0", "1", "60", "9999999", "-1"),
    LoginTimeout: fc.constantFrom("0x10", "2147483"),
    iserFPDU: fc.constantFrom("1399", "1400", "65536", "65537"),
    TargetAddress: fc.constantFrom("10.0.0.1", "[::1]:3260", "host:99", '"fe80::1%eth0"'),
    TargetName: fc.constantFrom("iqn.2026-11.test:a", '"iqn.2026-11.test:b"', "odd"),
  };
  return values[key] ?? anyText;
};
const keyNames = [
  ...["TargetName", "TargetAddress", "InitiatorName", "InitiatorAddress", "InitiatorAlias", "AuthMethod", "chapIName", "chapSecret"],
  ...["tgtChapName", "tgtChapSecret", "HeaderDigest", "DataDigest", "SessionType", "Protocol", "Enable", "Offload", "dscp", "pcp"],
  ...["PingTimeout", "LoginTimeout", "TargetCache", "iserCRC", "iserFPDU", "port", "tags", "nosuchkey"],
];
const entry = (key: string): fc.Arbitrary<string> =>
  fc.tuple(anyCase(key), gapOrNone, gapOrNone, anyValueOf(key), gap, fc.constantFrom("", ";", "; ")).map(([name, a, b, value, c, end]) => {
    return `${name}${a}=${b}${value}${c}${end}`;
  });
const block = fc
  .tuple(
    fc.constantFrom("t0", "t1", "T0", '"t 2"', "a.b-c"),
    gapOrNone,
    fc.subarray(keyNames).chain((names) => fc.tuple(...names.map(entry))),
    fc.constantFrom(["TargetAddress", "TargetName"], ["TargetAddress"], []),
  )
  .map(([nickname, a, entries, given]) => {
    const has = (key: string): boolean => entries.some((text) => text.toLowerCase().startsWith(key.toLowerCase()));
    const more = given.filter((key) => !has(key)).map((key) => `${key} = ${key === "TargetName" ? "iqn.x:y" : "host"}\n`);
    return `${nickname}${a}{\n${entries.join("")}${more.join("")}}\n`;
  });
const file = fc.array(block, { maxLength: 3 }).map((blocks) => blocks.join(""));

const right = `# two targets
t0 {
	TargetAddress = 10.0.0.1:3260
	TargetName    = iqn.2012-06.com.example:target0
	chapIName     = me; chapSecret = "sword fish 12"
	dscp = 0x1f; pcp = 7 # fast
	Enable = On
}
"t 1" { TargetAddress=[2001:db8::1] SessionType=Discovery PingTimeout = 30 }
`;

describe("any iscsi.conf", () => {
  it("is right, or wrong, in the eyes of another grammar too, and says the same", () => {
    let agreedOn = 0;
    fc.assert(
      fc.property(file, (content) => {
        if (expectAgreement(content, "a made up file")) agreedOn++;
      }),
      { numRuns: 1500 },
    );
    expect(agreedOn).toBeGreaterThan(100);
  });

  it("is judged alike with any damage", () => {
    const seed = Number(process.env.SEED ?? 4711);
    const random = new SeededRandom(seed);
    let accepted = 0;
    const pieces = ["{", "}", "=", ";", '"', "#", "\n", " ", "x", "t0 {", "pcp = 1", "$", "\r", "TargetName", "ü", "0x"];
    for (let round = 0; round < 4000; round++) {
      let content = right;
      for (let count = random.below(3) + 1; count > 0; count--) {
        const at = random.below(content.length);
        const cut = random.below(3) === 0 ? 0 : random.below(4);
        content = content.slice(0, at) + (random.below(3) === 0 ? "" : pieces[random.below(pieces.length)]) + content.slice(at + cut);
      }
      if (expectAgreement(content, `round ${round} of seed ${seed} (SEED=${seed} npx vitest run --project iser src/config)`)) accepted++;
    }
    expect(accepted).toBeGreaterThan(100);
  });

  it("means the same when it is formatted, has all of its comments, and changes no more when it is formatted again", () => {
    fc.assert(
      fc.property(file, (content) => {
        const outcome = formatIscsiConfiguration(content);
        if ("errors" in outcome) return;
        const { formatted } = outcome;
        const plain = ({ sessions }: IscsiConfiguration): string =>
          JSON.stringify(
            sessions.map(({ nickname, session }) => [nickname, session, session.secret?.reveal(), session.mutualSecret?.reveal()]),
          );
        expect(plain(parseIscsiConfiguration(formatted))).toBe(plain(parseIscsiConfiguration(content)));
        const comments = (text: string): number => text.replaceAll(/"[^"\n]*"/g, "").split("#").length;
        if (!content.includes('# "so')) expect(comments(formatted)).toBe(comments(content));
        expect(formatIscsiConfiguration(formatted)).toEqual({ formatted });
      }),
      { numRuns: 500 },
    );
  });
});
