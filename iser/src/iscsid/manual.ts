import type { ManualPage } from "#manual";

/** iscsid(8), described once: see ManualPage. */
export const iscsidManual: ManualPage = {
  name: "iscsid",
  section: 8,
  date: "2026-11-22",
  summary: "keep iSCSI sessions up, and offer their disks",
  synopsis: [
    "[-d] [-P pidfile] [-l level] [-m logins] [-t seconds] [--socket path] [--run-dir directory] [--load iser] [--loader file] [--config file] [--metrics [host:]port] [--log-file file] [--log-format text|json] [--trace file [--trace-size mebibytes]]",
  ],
  description: [
    "Keeps the iSCSI sessions that `iscsictl` adds, and offers their disks to this machine as NBD exports.",
    "Each disk has a name, `da0`, `da1` and so on, under which it is an export at the NBD socket; `iscsictl -L -v` prints its address, which qemu, nbdcopy, nbd-client and other programs that speak NBD take as it is. A connection that is lost comes back by itself: meanwhile whoever uses a disk waits, and the disk keeps its name.",
    "Everything happens in user space; no kernel module is needed. Root's daemon and those of other users do not know of each other, and each has its sockets in a directory of its own.",
  ],
  options: [
    {
      flags: ["-d", "--foreground"],
      brief: "stay in the foreground until SIGTERM or SIGINT; print one line when ready, log to stderr",
      more: "Without it `iscsid` goes on in the background as soon as it is ready.",
    },
    {
      flags: ["--socket"],
      value: "path",
      offers: "file",
      brief: "control socket, for iscsictl (default: iscsid.sock in the run directory)",
      more: "One that is elsewhere has a link in the run directory, by which `iser attach --run-dir` finds it.",
    },
    {
      flags: ["--run-dir"],
      value: "directory",
      offers: "directory",
      brief:
        "where the sockets, the pid file, the log and the state are (default: /var/run/iscsid for root, else iscsid below $XDG_RUNTIME_DIR, or below ~/.local/state)",
    },
    {
      flags: ["-P"],
      value: "pidfile",
      offers: "file",
      brief: "where to write the process id (default: iscsid.pid in the run directory; /var/run/iscsid.pid for root)",
      more: "Only its owner can read it. A second daemon with the same file is refused.",
    },
    { flags: ["-l"], value: "level", brief: "0: what happens to sessions (default), 1 and more: everything; kern.iscsi.debug less 1" },
    {
      flags: ["-m"],
      value: "logins",
      brief: "how many logins may run at a time (default 30, 0: as many as there are); never more than 4 at one portal",
    },
    { flags: ["-t"], value: "seconds", brief: "how long a login may take (default 60, 0: as long as it likes); kern.iscsi.login_timeout" },
    {
      flags: ["--load"],
      value: "transport",
      offers: ["iser"],
      brief: "load the iSER transport (`--load iser`), for sessions added with iscsictl -A -r",
    },
    {
      flags: ["--loader"],
      value: "file",
      offers: "file",
      brief:
        "variables in the manner of loader.conf(5) (default: /etc/iser/loader.conf for root, else iser/loader.conf below $XDG_CONFIG_HOME or ~/.config; it need not be there)",
      more: '`iser_load="YES"` does what `--load iser` does, and `kern.iscsi.ping_timeout="10"` sets a variable.',
    },
    {
      flags: ["--config"],
      value: "file",
      offers: "file",
      brief:
        "the iscsi.conf whose changes SIGHUP brings to the sessions (default: /etc/iscsi.conf; it need not be there); iscsictl -Aa adds what is in it",
    },
    {
      flags: ["--metrics"],
      value: "[host:]port",
      brief: "numbers for Prometheus at http://host:port/metrics (host: 127.0.0.1 unless given)",
    },
    {
      flags: ["--log-file"],
      value: "file",
      offers: "file",
      brief: "where the log goes in the background (default: iscsid.log in the run directory)",
    },
    {
      flags: ["--log-format"],
      value: "format",
      offers: ["text", "json"],
      brief: "text: lines for people, json: one JSON object on a line (default: text on a terminal, else json)",
    },
    {
      flags: ["--trace"],
      value: "file",
      offers: "file",
      brief: "write everything that sessions say and hear into a capture (pcapng), for Wireshark and `iser decode`",
      more: "From the first byte of a login on; each connection is a TCP stream in it, and iSER has MPA, DDP and RDMAP around it. Only its owner can read the file. Secrets of CHAP are never on the wire, but what proves that somebody knows them is, and so is all data that is read and written: give it to nobody who may not have the disk. When it cannot be written any more, because the file system is full, the log says so once and sessions go on. Do not put it on a disk of this daemon.",
    },
    {
      flags: ["--trace-size"],
      value: "mebibytes",
      brief: "how long that file may become before it is set aside as file.1, in place of the one before, and another begins (default 64)",
      more: "A file that was there when the daemon starts is set aside too. Connections that are older than a file are in it from the first PDU that can be made out, which `iser decode` says of them; Wireshark does not know iSER without its beginning.",
    },
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
      title: "Signals",
      items: [
        { term: "SIGTERM, SIGINT", text: "Log all sessions out, put everything away, and end." },
        {
          term: "SIGHUP",
          text: "Read the files of `--config` and `--loader` again. Sessions that the file has gained, lost or changed since it was last read are added, removed or changed, and so are variables. A file with an error changes nothing.",
        },
      ],
    },
    {
      title: "Surviving",
      paragraphs: [
        "A daemon that was killed finds its sessions, the names of their disks and the identifiers under which targets know them again when it is next started with the same run directory. Clients of its NBD exports that connect again, as nbd-client -persist and qemu with reconnect-delay do, go on where they were; others get an error.",
      ],
    },
    {
      title: "Variables",
      paragraphs: [
        "What sysctl(8) and loader.conf(5) set in FreeBSD's kernel, the loader file sets here at the start and `iscsictl --sysctl` while the daemon runs. A new value holds at once unless it says otherwise.",
      ],
      items: [
        { term: "kern.iscsi.debug", text: "1 by default. 0: errors only, 1: what happens to sessions, 2 and more: everything." },
        {
          term: "kern.iscsi.ping_timeout",
          text: "5 by default. Seconds that a target may leave a ping (NOP-Out) unanswered before the connection is given up and made anew; 0: nobody is pinged. `PingTimeout` of iscsi.conf(5) says it for one session.",
        },
        {
          term: "kern.iscsi.login_timeout",
          text: "60 by default. Seconds from the connection to the end of the login; 0: as long as it likes. `LoginTimeout` of iscsi.conf(5) says it for one session.",
        },
        {
          term: "kern.iscsi.iscsid_timeout",
          text: "60 by default. Seconds that a connection may take to be made, of which never more than 10 are used: another attempt finds a target that came back sooner.",
        },
        {
          term: "kern.iscsi.maxtags",
          text: "255 by default. Commands that may be outstanding in a session; holds for sessions that are added from then on.",
        },
        {
          term: "kern.iscsi.fail_on_disconnection",
          text: "0 by default: devices of a session that is lost stay, and whoever uses them waits. 1: they are taken away, and come back with the session.",
        },
        {
          term: "kern.iscsi.fail_on_shutdown",
          text: "1 by default: when the daemon ends, what waits for a lost session fails at once. 0: the session has some seconds to come back.",
        },
        { term: "kern.icl.debug", text: "1 by default. 2 and more: every attempt to connect is in the log." },
        {
          term: "kern.icl.busy_poll",
          text: "100 by default; the kernel has no such variable. Microseconds, up to 1000, that the daemon may stay awake for the next answer or request while only a few are under way. It does so where it has learnt that they come that soon. 0: it falls asleep at once: commands that come one at a time are about half as fast then, and other programs get the processor more often.",
        },
        {
          term: "kern.icl.coalesce",
          text: "1 by default: what is to be sent leaves in as few writes as possible. 0: each PDU in one of its own.",
        },
        { term: "kern.icl.partial_receive_len", text: "131072 by default. The most bytes of a data segment that are read at once." },
        { term: "kern.icl.sendspace", text: "1048576 by default. Bytes that may wait to be sent before no more are given to the kernel." },
        { term: "kern.icl.recvspace", text: "1048576 by default. The most bytes that are read at once before it is known what they are." },
        { term: "kern.icl.offloads", text: "The transports for iSCSI that there are. It can only be read." },
        {
          term: "kern.icl.iser_offloads",
          text: "The transports for iSER that there are: empty until `iser` is loaded. It can only be read.",
        },
        {
          term: "kern.iser.debug",
          text: "0 by default. How much the iSER transport says in the log: 0 errors, 1 warnings too, 2 what happens to connections, 3 everything.",
        },
      ],
    },
    {
      title: "Limits",
      paragraphs: [
        "Of a target that shows a session more than 1,024 logical units, those with the lowest LUNs are taken up, which a warning says. What has changed about disks of which the target says nothing is found out every 5 seconds, for 64 disks of a session at a time. A target that says without end that its units are others is asked for them once a second.",
        "Of a discovery that finds more than 1,024 targets, the first are taken up, which a warning says.",
      ],
    },
    {
      title: "Differences from FreeBSD",
      items: [
        { term: "-d", text: "It stays until a signal ends it, and does not end after one request." },
        { term: "-m", text: "It limits logins at a time; no processes are started for them." },
        { term: "sessions", text: "They are kept by the daemon itself, not by the kernel: they end with it, and come back with it." },
        { term: "logins that fail", text: "They are repeated after 0.2 to 30 seconds, ever more slowly and not all at the same time." },
        {
          term: "dscp and pcp",
          text: "They are read, kept and shown, and not applied: Node.js cannot set the fields of packets that they are for.",
        },
      ],
    },
  ],
  environment: [
    {
      term: "XDG_RUNTIME_DIR, XDG_STATE_HOME, XDG_CONFIG_HOME",
      text: "Where a user who is not root has the run directory and the loader file.",
    },
    { term: "NOTIFY_SOCKET", text: "Where a service manager (systemd with Type=notify) is told that the daemon is ready." },
  ],
  files: [
    { term: "/etc/iscsi.conf", text: "Sessions; see iscsi.conf(5)." },
    { term: "/etc/iser/loader.conf", text: "Variables and transports at the start." },
    { term: "/var/run/iscsid.pid", text: "The process id of root's daemon." },
    { term: "/var/run/iscsid/iscsid.sock", text: "The control socket of root's daemon, for iscsictl(8)." },
    { term: "/var/run/iscsid/nbd.sock", text: "The disks of root's daemon as NBD exports." },
    { term: "/var/run/iscsid/iscsid.log", text: "The log of a daemon in the background." },
  ],
  exitStatus: [
    { term: "0", text: "after SIGTERM or SIGINT, with all sessions logged out, or when it goes on in the background" },
    { term: "1", text: "when it cannot run" },
  ],
  examples: [
    {
      text: "Run in the background, or in the foreground with files of its own:",
      commands: ["iscsid", "iscsid -d --run-dir /tmp/iscsid &"],
    },
    { text: "With the iSER transport, and numbers for Prometheus:", commands: ["iscsid --load iser --metrics 9100"] },
    {
      text: "See what is said in a login that fails:",
      commands: ["iscsid -d --trace login.pcapng &", "iscsictl -A -p 192.0.2.1 -t iqn.2026-11.example:disk", "iser decode login.pcapng"],
    },
    {
      text: "Add a session to a daemon that is not the usual one:",
      commands: ["iscsictl --socket /tmp/iscsid/iscsid.sock -A -p 192.0.2.1 -t iqn.2026-11.example:disk -w 10"],
    },
  ],
  seeAlso: ["iscsi.conf(5)", "iscsictl(8)", "iser(8)", "nbd-client(8)"],
};
