#compdef iscsid

_arguments -s -S \
  '(-d --foreground)'{-d,--foreground}'[stay in the foreground until SIGTERM or SIGINT; print one line when ready, log to stderr]' \
  '--socket[control socket, for iscsictl (default\: iscsid.sock in the run directory)]:path:_files' \
  '--run-dir[where the sockets, the pid file, the log and the state are (default\: /var/run/iscsid for root, else iscsid below $XDG_RUNTIME_DIR, or below ~/.local/state)]:directory:_files -/' \
  '-P[where to write the process id (default\: iscsid.pid in the run directory; /var/run/iscsid.pid for root)]:pidfile:_files' \
  '-l[0\: what happens to sessions (default), 1 and more\: everything; kern.iscsi.debug less 1]:level:' \
  '-m[how many logins may run at a time (default 30, 0\: as many as there are); never more than 4 at one portal]:logins:' \
  '-t[how long a login may take (default 60, 0\: as long as it likes); kern.iscsi.login_timeout]:seconds:' \
  '--load[load the iSER transport (--load iser), for sessions added with iscsictl -A -r]:transport:(iser)' \
  '--loader[variables in the manner of loader.conf(5) (default\: /etc/iser/loader.conf for root, else iser/loader.conf below $XDG_CONFIG_HOME or ~/.config; it need not be there)]:file:_files' \
  '--config[the iscsi.conf whose changes SIGHUP brings to the sessions (default\: /etc/iscsi.conf; it need not be there); iscsictl -Aa adds what is in it]:file:_files' \
  '--metrics[numbers for Prometheus at http\://host\:port/metrics (host\: 127.0.0.1 unless given)]:\[host\:\]port:' \
  '--log-file[where the log goes in the background (default\: iscsid.log in the run directory)]:file:_files' \
  '--log-format[text\: lines for people, json\: one JSON object on a line (default\: text on a terminal, else json)]:format:(text json)' \
  '--trace[write everything that sessions say and hear into a capture (pcapng), for Wireshark and iser decode]:file:_files' \
  '--trace-size[how long that file may become before it is set aside as file.1, in place of the one before, and another begins (default 64)]:mebibytes:' \
  '--completion[print a script that completes options in bash, zsh or fish]:shell:(bash zsh fish)' \
  '(-h --help)'{-h,--help}'[print this]' \
  '--version[print the version]'
