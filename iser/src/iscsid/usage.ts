/** `iscsid --help`. */
export const usage = `Usage: iscsid [-d] [-P pidfile] [-l level] [-m logins] [-t seconds] [--socket S] [--run-dir D]
              [--load iser] [--loader file] [--config file] [--metrics [host:]port]
              [--log-file file] [--log-format text|json]

Keeps the iSCSI sessions that iscsictl adds, and offers their disks to this machine as NBD exports.

  -d, --foreground
               stay in the foreground until SIGTERM or SIGINT; print one line when ready, log to stderr.
               Without it iscsid goes on in the background as soon as it is ready.
  --socket S   control socket, for iscsictl (default: D/iscsid.sock)
  --run-dir D  where the sockets, the pid file, the log and the state are (default: /var/run/iscsid for
               root, else iscsid below $XDG_RUNTIME_DIR, or below ~/.local/state)
  -P pidfile   where to write the process id (default: D/iscsid.pid; /var/run/iscsid.pid for root)
  -l level     0: what happens to sessions (default), 1 and more: everything; kern.iscsi.debug less 1
  -m logins    how many logins may run at a time (default 30, 0: as many as there are); never more
               than 4 at one portal
  -t seconds   how long a login may take (default 60, 0: as long as it likes); kern.iscsi.login_timeout
  --load iser  load the iSER transport, for sessions added with iscsictl -A -r
  --loader file
               variables in the manner of loader.conf(5): iser_load="YES" does what --load iser does,
               kern.iscsi.ping_timeout="10" sets a variable; iscsictl --sysctl lists them all
               (default: /etc/iser/loader.conf for root, else iser/loader.conf below
               $XDG_CONFIG_HOME or ~/.config; it need not be there)
  --config file
               the iscsi.conf whose changes SIGHUP brings to the sessions (default: /etc/iscsi.conf;
               it need not be there); iscsictl -Aa adds what is in it
  --metrics [host:]port
               numbers for Prometheus at http://host:port/metrics (host: 127.0.0.1 unless given)
  --log-file file
               where the log goes in the background (default: D/iscsid.log)
  --log-format text|json
               lines for people or one JSON object on a line (default: text on a terminal, else json)
  -h, --help   print this

The disks are at D/nbd.sock, each under its name (da0, da1, …); iscsictl -L -v prints their addresses.

SIGHUP reads --config and --loader again: sessions that the file has gained, lost or changed since it was
last read are added, removed or changed, and so are variables. A file with an error changes nothing.
SIGTERM and SIGINT log all sessions out. A daemon that was killed instead finds its sessions and the names
of their disks again when it is next started with the same run directory.

Examples:
  iscsid
  iscsid -d --run-dir /tmp/iscsid &
  iscsid --load iser --metrics 9100
  iscsictl --socket /tmp/iscsid/iscsid.sock -A -p 192.0.2.1 -t iqn.2026-11.example:disk -w 10

Exit status: 0 after SIGTERM or SIGINT, with all sessions logged out, or when it goes on in the
background; 1 when it cannot run.
`;
