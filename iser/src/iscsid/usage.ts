/** `iscsid --help`. */
export const usage = `Usage: iscsid -d [--socket S] [--run-dir D] [-P pidfile] [-l level] [-t seconds]
              [--load iser] [--loader file]

Keeps the iSCSI sessions that iscsictl adds, and offers their disks to this machine as NBD exports.

  -d           stay in the foreground until SIGTERM or SIGINT; print one line when ready
  --socket S   control socket, for iscsictl (default: D/iscsid.sock)
  --run-dir D  where the sockets and the pid file are (default: /var/run/iscsid for root, else
               iscsid below $XDG_RUNTIME_DIR, or below ~/.local/state)
  -P pidfile   where to write the process id (default: D/iscsid.pid; /var/run/iscsid.pid for root)
  -l level     0: what happens to sessions (default), 1 and more: everything
  -t seconds   how long a login may take (default 60, 0: as long as it likes)
  --load iser  load the iSER transport, for sessions added with iscsictl -A -r
  --loader file
               variables in the manner of loader.conf(5): iser_load="YES" does what --load iser does,
               kern.iser.debug="0" to "3" is how much the transport says in the log
               (default: /etc/iser/loader.conf for root, else iser/loader.conf below
               $XDG_CONFIG_HOME or ~/.config; it need not be there)
  -h, --help   print this

The disks are at D/nbd.sock, each under its name (da0, da1, …); iscsictl -L -v prints their addresses.
The log goes to stderr: text on a terminal, else one JSON object on a line.

Examples:
  iscsid -d
  iscsid -d --run-dir /tmp/iscsid &
  iscsid -d --load iser
  iscsictl --socket /tmp/iscsid/iscsid.sock -A -p 192.0.2.1 -t iqn.2026-11.example:disk -w 10

Exit status: 0 after SIGTERM or SIGINT, with all sessions logged out; 1 when it cannot run.
`;
