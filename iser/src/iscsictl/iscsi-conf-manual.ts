import { type KeyName, keys, obsoleteKeys } from "#config";
import type { ManualItem, ManualPage } from "#manual";
import { configurationVariable, defaultConfigurationFile } from "./configuration-file.ts";

/** What each key is for. What it takes is said by the keys themselves. */
const meanings: Readonly<Record<KeyName, string>> = {
  TargetName: "The name of the target. Every Normal session needs one, and no Discovery session has one.",
  TargetAddress:
    "Where the target, or the portal that knows targets, is reached. Always needed; the port is 3260 unless given. Longer than 46 characters it is used with a warning, because FreeBSD's iscsi(4) has no more room.",
  InitiatorName: "The name that we have at the target. iqn.1994-09.org.freebsd: and the name of this host unless given.",
  InitiatorAddress: "The address of this machine that connections leave from. The system chooses unless given.",
  InitiatorAlias: "What targets may show people beside our name. Nothing unless given.",
  AuthMethod: "Whether we prove who we are. CHAP when chapIName is given, else None.",
  chapIName: "The user name for CHAP. It needs a chapSecret.",
  chapSecret: "The secret for CHAP. One with fewer than 12 characters is used with a warning, because it can be found by trying.",
  tgtChapName: "The user name that the target proves itself with (mutual CHAP). It needs a tgtChapSecret, and credentials of ours.",
  tgtChapSecret: "The secret that the target must prove to know. It should not be ours.",
  HeaderDigest: "Whether the headers of PDUs carry a checksum. None unless given; over iSER there is none.",
  DataDigest: "Whether the data of PDUs carry a checksum. None unless given; over iSER there is none.",
  SessionType:
    "Normal uses the disks of one target. Discovery asks the portal for its targets, adds a session for each, and is over then. Normal unless given.",
  Protocol: "iSCSI is TCP alone, iSER is RDMA, for which `iscsid` must have iser loaded. iSCSI unless given.",
  Enable: "Whether the session is connected, or only remembered. Yes and No mean the same. On unless given.",
  Offload: "The ICL module to use. There is none here but the software one: a name is kept, and has no effect.",
  dscp: "The differentiated services code point of the packets. It is kept and shown, and not applied, because Node.js cannot set it.",
  pcp: "The priority in the VLAN tag of the packets. It is kept and shown, and not applied, because Node.js cannot set it.",
  PingTimeout:
    "How long the target may leave a ping unanswered before the connection is made anew. The variable kern.iscsi.ping_timeout of iscsid(8) unless given.",
  LoginTimeout: "How long a login may take. The variable kern.iscsi.login_timeout of iscsid(8) unless given.",
  TargetCache:
    "What becomes of the target's write cache when the target says that it was reset, as some targets do to every new session. volatile: it may be lost, and a flush of writes that were acknowledged before fails, once, unless the target shows that it was on all the time. protected: it outlives a reset, a restart and a lost connection of the target, and no flush fails for that; if that is not so, data can be lost without an error. volatile unless given. This key is ours; FreeBSD does not know it.",
  iserCRC:
    "Over iSER: whether iWARP checks every FPDU, as `?crc=` of an iser:// URL says. On unless given. This key is ours; FreeBSD does not know it.",
  iserFPDU:
    "Over iSER: the longest FPDU to send, as `?fpdu=` of an iser:// URL says. As long as they can be unless given. This key is ours; FreeBSD does not know it.",
};

const items: readonly ManualItem[] = Object.entries(meanings).map(([name, meaning]) => ({
  term: name,
  text: `Takes ${keys[name as KeyName].permitted}. ${meaning}`,
}));

/** iscsi.conf(5), described once: see ManualPage. */
export const iscsiConfManual: ManualPage = {
  name: "iscsi.conf",
  section: 5,
  date: "2026-11-22",
  summary: "iSCSI sessions by nickname",
  synopsis: ["nickname {", "\tkey = value", "\tkey = value; key = value  # a comment", "}"],
  description: [
    "The file holds the sessions that iscsictl(8) can add, change and remove by a nickname, or all at once. It is read when one of these is asked for, by `iscsictl --check`, and by iscsid(8) when it gets a SIGHUP.",
    "A session is a nickname and a block in braces, in which are keys and values with an equals sign between them. A semicolon may end each of them. Lines mean nothing but the end of a comment, which begins with `#`. A value is a bare word of letters, digits and `. _ / : [ ] -`, or anything on one line in double quotes. Keys, nicknames and words that a key permits can be written in any case. Lines may end as those of DOS do.",
    "A nickname, and in a block a key, can stand there only once. Whatever is wrong is told with line and column and with what is permitted, all of it in one go, and a file with an error is not used at all.",
    "The file can hold secrets: keep it from others with `chmod 600`. A file that everybody may read, write or execute is used with a warning.",
  ],
  options: [],
  sections: [
    { title: "Keys", items },
    {
      title: "Obsolete keys",
      paragraphs: [
        `Files of older systems have keys that are settled at login, or said in another way now. They are read over, each with a warning: ${obsoleteKeys.join(", ")}. A port is a part of TargetAddress now.`,
      ],
    },
    {
      title: "Code points by name",
      paragraphs: [
        "dscp takes a number in decimal, or behind 0x in hexadecimal, or a name: be is 0, ef is 46, cs0 to cs7 are the multiples of 8 from 0 to 56, and afXY, with X from 1 to 4 and Y from 1 to 3, is 8X + 2Y.",
      ],
    },
  ],
  environment: [
    {
      term: configurationVariable,
      text: `Names the file that iscsictl(8) uses in place of ${defaultConfigurationFile}, when \`-c\` names none.`,
    },
  ],
  files: [{ term: defaultConfigurationFile, text: "The file, unless another one is named." }],
  exitStatus: [],
  examples: [
    {
      text: "One session with a disk over TCP, with CHAP in both directions:",
      commands: [
        "disk1 {",
        "\tTargetAddress = 192.0.2.1",
        "\tTargetName    = iqn.2026-11.example:disk1",
        "\tchapIName     = me",
        '\tchapSecret    = "a long secret"',
        "\ttgtChapName   = storage",
        '\ttgtChapSecret = "another secret"',
        "}",
      ],
    },
    {
      text: "One over iSER, that is connected only when it is enabled:",
      commands: [
        "fast {",
        "\tTargetAddress = [2001:db8::1]:3261",
        "\tTargetName    = iqn.2026-11.example:disk2",
        "\tProtocol      = iSER",
        "\tEnable        = Off",
        "}",
      ],
    },
    { text: "All that a portal has:", commands: ["all {", "\tTargetAddress = storage.example.org", "\tSessionType   = Discovery", "}"] },
  ],
  seeAlso: ["iscsictl(8)", "iscsid(8)"],
};
