import type { ManualPage } from "#manual";
import { configurationVariable, defaultConfigurationFile } from "./configuration-file.ts";

/** iscsictl(8), described once: see ManualPage. */
export const iscsictlManual: ManualPage = {
  name: "iscsictl",
  section: 8,
  date: "2026-11-22",
  summary: "add, change, remove and list iSCSI sessions",
  synopsis: [
    "-A -p portal -t target [-r] [-u user -s secret] [-e on|off] [-w seconds]",
    "-A -d discovery-host [-r] [-u user -s secret] [-e on|off] [-w seconds]",
    "-A -a | -n nickname [-c file] [-w seconds]",
    "-M -i session-id [-p portal] [-t target] [-u user -s secret] [-e on|off] [--force]",
    "-M -i session-id -n nickname [-c file] [--force]",
    "-R -a | -n nickname [-c file] | [-p portal] [-t target] [--force]",
    "[-L] [-v [--show-secrets]] [-w seconds] [--libxo text|json|xml|html[,pretty]]",
    "--check | --format [--in-place] [-c file]",
    "--sysctl [name[=value]]",
    "--completion bash|zsh|fish",
  ],
  description: [
    "Tells a running `iscsid` which iSCSI sessions to keep: adds, changes, removes and lists them.",
    "A session connects this machine to a target at a portal, which is an address and a port. Every disk of the target becomes a device here, `da0`, `da1` and so on, with an address under which programs can open it; `iscsictl -L -v` shows it. `iscsid` connects by itself and connects again whenever a connection is lost, so adding a session ends before it is connected: say `-w` to wait for that.",
    "Without `-A`, `-M`, `-R` or `-L` sessions are listed. At most one of the four can be given.",
  ],
  options: [
    {
      flags: ["-A"],
      brief: "add sessions",
      more: "A session with the same target at the same portal must not be there yet. When several are added, one that is refused keeps none of the others from being added, and the exit status is 1.",
    },
    {
      flags: ["-M"],
      brief: "modify the session that `-i` names",
      more: "It keeps its id, and its devices keep their names and their users, who wait while it logs out and in again; with another target (`-t`) the old devices go away first. What is not given stays as it is.",
    },
    {
      flags: ["-R"],
      brief: "remove sessions: log out, and take their devices away",
      more: "Those are meant that match all that is given. That none does is an error.",
    },
    { flags: ["-L"], brief: "list the sessions, which is done when nothing else is asked" },
    {
      flags: ["-p"],
      value: "portal",
      offers: "host",
      brief: "host, host:port, [v6] or [v6]:port of the target; the port is 3260 unless given",
    },
    {
      flags: ["-t"],
      value: "target",
      brief: "name of the target (iqn.…, eui.… or naa.…), shorter than 223 characters",
      more: "Names that no standard allows are used, with a warning.",
    },
    {
      flags: ["-d"],
      value: "host",
      offers: "host",
      brief: "ask this portal for its targets, and add a session for each",
      more: "The session that asks is a temporary one: it is listed as Discovery until it has an answer, and asks again until it gets one. A target is used at the portal that was asked if it can be had there, else at an address that it told.",
    },
    { flags: ["-a"], brief: "all: with `-A` every session of the configuration file, with `-R` every session there is" },
    {
      flags: ["-n"],
      value: "nickname",
      brief: "the session that has this nickname in the configuration file, in whatever case",
      more: "With `-R` the sessions are meant that have its target and address.",
    },
    {
      flags: ["-c"],
      value: "file",
      offers: "file",
      brief: `the configuration file (default: $${configurationVariable}, else ${defaultConfigurationFile})`,
      more: "See iscsi.conf(5).",
    },
    { flags: ["-i"], value: "session-id", brief: "the id of a session, which `-L -v` shows" },
    { flags: ["-r"], brief: "over iSER (RDMA) instead of TCP; `iscsid` must have it loaded" },
    { flags: ["-u"], value: "user", brief: "CHAP user name; needs `-s`" },
    {
      flags: ["-s"],
      value: "secret",
      brief: "CHAP secret; needs `-u`",
      more: "Other users of this machine may see it in the list of processes for the moment that the program takes to start: in iscsi.conf(5) they do not.",
    },
    {
      flags: ["-e"],
      value: "on|off",
      offers: ["on", "off"],
      brief: "whether it is to be connected (on, or yes) or only remembered (off, or no)",
    },
    {
      flags: ["-w"],
      value: "seconds",
      brief: "wait until connected, for at most so long; 0 waits for ever",
      more: "With `-A` the sessions that were added are waited for, with `-L` all that are enabled. When the time is over and one is still not connected, the exit status is 1 and the reason is printed; `iscsid` goes on trying.",
    },
    { flags: ["-v"], brief: "list everything there is to know, with the address of every device" },
    {
      flags: ["--force"],
      brief:
        "with `-R`, remove also sessions whose devices are in use, and with `-M` disable such a one or send it to another target: whoever uses them gets errors, or no answer",
    },
    { flags: ["--show-secrets"], brief: "with `-L -v`, show CHAP secrets instead of [secret]" },
    {
      flags: ["--libxo"],
      value: "format",
      offers: ["text", "json", "json,pretty", "xml", "xml,pretty", "html", "html,pretty"],
      brief: "list as text, json, xml or html; with `,pretty`, indented",
      more: "The short form of libxo is understood too: `--libxo:JP` is json and pretty.",
    },
    {
      flags: ["--check"],
      brief: "say what is wrong with the configuration file, without using it",
      more: "Every error is printed as `file:line:column: error: what is wrong; what is permitted`. The exit status is 1 if there is one, and 0 if there are only warnings.",
    },
    { flags: ["--format"], brief: "print the configuration file in its usual layout, comments included" },
    { flags: ["--in-place"], brief: "with `--format`, rewrite the file instead, in one step and with its permissions" },
    {
      flags: ["--sysctl"],
      value: "name[=value]",
      brief: "print a variable of `iscsid`, all whose names begin so, or all there are; or set one",
      more: "iscsid(8) lists them.",
    },
    { flags: ["--socket"], value: "path", offers: "file", brief: "control socket of `iscsid`" },
    {
      flags: ["--completion"],
      value: "shell",
      offers: ["bash", "zsh", "fish"],
      brief: "print a script that completes options in bash, zsh or fish",
    },
    { flags: ["-h", "--help"], brief: "print this" },
    { flags: ["--version"], brief: "print the version" },
  ],
  sections: [
    {
      title: "The list",
      paragraphs: [
        "`iscsictl -L` prints a line for each session: the name of the target, the portal where it is (after a redirect, the one that it has sent us to), and the state:",
      ],
      items: [
        { term: "Connected: da0 da1", text: "It is connected, and these are its devices." },
        { term: "Disconnected", text: "It is not connected, and nothing has gone wrong yet." },
        { term: "Waiting for iscsid(8)", text: "It was just added, and its first login is under way." },
        { term: "Discovery", text: "A portal is being asked for its targets." },
        { term: "Disabled", text: "It is only remembered (`-e off`)." },
        {
          term: "anything else",
          text: "The reason why the last login or connection failed, as Authentication failure or Not found. `iscsid` goes on trying, and its log says more.",
        },
      ],
    },
    {
      title: "The long list",
      paragraphs: [
        "`iscsictl -L -v` prints a line for each field: ids, names and portals of both ends, and the portal that was configured where the target has sent us to another; DSCP, PCP and timeouts where they are set; CHAP users, and [secret] where there is a secret; type, whether it is enabled, state and failure reason; what the last login agreed on; whether it is over iSER; the devices, the address of each for programs that speak NBD, and the paths to it where several sessions lead to one disk.",
        "`--libxo` gives both lists as JSON, XML or HTML in the structure of FreeBSD's. The root is `iscsictl`, in it a list `session`; short entries have `name`, `portal`, `state` and `devices`, long ones `sessionId`, `initiator` and `target` (`name`, `portal`, `alias`; of the target also `configuredPortal`, which is ours, `dscp`, `pcp`, `PingTimeout`, `LoginTimeout` where set), `auth` (`user`, `secret`, `mutualUser`, `mutualSecret`), `type`, `enable`, `state`, `failureReason`, `headerDigest`, `dataDigest`, `recvDataSegmentLen`, `sendDataSegmentLen`, `maxBurstLen`, `firstBurstLen`, `immediateData`, `iSER`, `offloadDriver` and `devices`. In `devices` is a list `lun` with `lun`, `device` and, which FreeBSD does not have, `uri`, `size` and `blockSize` in bytes, and `path`.",
      ],
    },
    {
      title: "Differences from FreeBSD",
      paragraphs: ["Whoever comes from FreeBSD's iscsictl(8) finds these:"],
      items: [
        { term: "secrets", text: "They are listed as [secret], unless `--show-secrets` asks for them." },
        { term: "-w with -A", text: "It waits for the sessions that were added, not for all there are." },
        { term: "-a and -e with -L", text: "They are refused; FreeBSD's program passes over them." },
        { term: "-d", text: "Targets are used at the addresses they tell, where the portal that was asked does not have them." },
        { term: "scbus", text: "There is no SCSI bus here: in JSON and XML the bus of a session has the number of the session." },
        { term: "an option given twice", text: "It is an error: FreeBSD's program uses the last." },
        { term: "long options", text: "All but `--libxo` are ours." },
      ],
    },
    {
      title: "Completion",
      paragraphs: ["What `--completion` prints can be kept where the shell looks for it, or read when it starts:"],
      verbatim:
        "bash   source <(iscsictl --completion bash)\nzsh    iscsictl --completion zsh > ~/.zfunc/_iscsictl\nfish   iscsictl --completion fish | source",
    },
  ],
  environment: [
    {
      term: configurationVariable,
      text: `The configuration file to use where \`-c\` names none, in place of ${defaultConfigurationFile}.`,
    },
    { term: "XDG_RUNTIME_DIR, XDG_STATE_HOME", text: "Below them is the control socket of a user who is not root; see FILES." },
  ],
  files: [
    {
      term: defaultConfigurationFile,
      text: "The sessions that `-A -a` adds; see iscsi.conf(5). A file that everybody can read, write or execute is used with a warning, because it can hold secrets.",
    },
    {
      term: "/var/run/iscsid/iscsid.sock",
      text: "The control socket of root's `iscsid`. That of another user is `iscsid/iscsid.sock` below `$XDG_RUNTIME_DIR`, or below `$XDG_STATE_HOME` or `~/.local/state` where there is none.",
    },
  ],
  exitStatus: [
    { term: "0", text: "when all went well" },
    {
      term: "1",
      text: "when anything did not: a wrong command line, a file with errors, a session that was refused, not there, or not connected in time",
    },
  ],
  examples: [
    { text: "Add a session and wait until its disks are there:", commands: ["iscsictl -A -p 192.0.2.1 -t iqn.2026-11.example:disk -w 10"] },
    { text: "The same over iSER:", commands: ["iscsictl -A -r -p 192.0.2.1:3261 -t iqn.2026-11.example:disk -w 10"] },
    { text: "Add all that a portal has:", commands: ["iscsictl -A -d 192.0.2.1 -w 10"] },
    { text: "Look through a configuration file, and add all of it:", commands: ["iscsictl --check", "iscsictl -Aa"] },
    {
      text: "Disconnect session 3 for now, and give session 4 the configuration of the file:",
      commands: ["iscsictl -M -i 3 -e off", "iscsictl -M -i 4 -n disk4"],
    },
    { text: "Say what there is, for people and for programs:", commands: ["iscsictl -L -v", "iscsictl -L --libxo json,pretty"] },
    { text: "Remove everything:", commands: ["iscsictl -R -a"] },
  ],
  seeAlso: ["iscsi.conf(5)", "iscsid(8)", "iser(8)"],
};
