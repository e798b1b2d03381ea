/** `iscsictl --help`. */
export const usage = `Usage: iscsictl -A -p portal -t target [-r] [-u user -s secret] [-e on|off] [-w seconds]
       iscsictl -A -d discovery-host [-r] [-u user -s secret] [-e on|off] [-w seconds]
       iscsictl -R -t target | -p portal | -a
       iscsictl [-L] [-v] [-w seconds] [--libxo text|json[,pretty]]
       iscsictl --sysctl name[=value]

Adds, removes and lists the iSCSI sessions of a running iscsid.

  -A           add a session; iscsid connects it and keeps it connected
  -R           remove sessions: log out, and take their devices away
  -L           list the sessions (what is done when nothing else is asked)
  -p portal    host, host:port or [v6]:port of the target; port 3260 unless given
  -t target    name of the target (iqn.…)
  -d host      ask this portal for its targets and add them all
  -r           over iSER (RDMA) instead of TCP; iscsid must have it loaded
  -u user, -s secret
               CHAP credentials
  -e on|off    add the session enabled (on) or only remember it (off)
  -w seconds   wait until connected, for at most so long; 0 waits for ever
  -a           all sessions
  -v           everything there is to know, with the address of every device
  --libxo json print JSON instead of text
  --sysctl V   print a variable of iscsid, or set it: kern.iser.debug is how much the iSER transport
               says in iscsid's log (0 errors, 1 warnings, 2 connections too, 3 everything)
  --socket S   control socket of iscsid
  -h, --help   print this

Examples:
  iscsictl -A -p 192.0.2.1 -t iqn.2026-11.example:disk -w 10
  iscsictl -A -r -p 192.0.2.1:3261 -t iqn.2026-11.example:disk -w 10
  iscsictl --sysctl kern.iser.debug=2
  iscsictl -L -v
  iscsictl -R -a

Exit status: 0 when all went well, 1 when anything did not.
`;
