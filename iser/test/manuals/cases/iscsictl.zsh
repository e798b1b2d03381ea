#compdef iscsictl

_arguments -s -S \
  '-A[add sessions]' \
  '-M[modify the session that -i names]' \
  '-R[remove sessions\: log out, and take their devices away]' \
  '-L[list the sessions, which is done when nothing else is asked]' \
  '-p[host, host\:port, \[v6\] or \[v6\]\:port of the target; the port is 3260 unless given]:portal:_hosts' \
  '-t[name of the target (iqn.…, eui.… or naa.…), shorter than 223 characters]:target:' \
  '-d[ask this portal for its targets, and add a session for each]:host:_hosts' \
  '-a[all\: with -A every session of the configuration file, with -R every session there is]' \
  '-n[the session that has this nickname in the configuration file, in whatever case]:nickname:' \
  '-c[the configuration file (default\: $ISCSI_CONF, else /etc/iscsi.conf)]:file:_files' \
  '-i[the id of a session, which -L -v shows]:session-id:' \
  '-r[over iSER (RDMA) instead of TCP; iscsid must have it loaded]' \
  '-u[CHAP user name; needs -s]:user:' \
  '-s[CHAP secret; needs -u]:secret:' \
  '-e[whether it is to be connected (on, or yes) or only remembered (off, or no)]:on|off:(on off)' \
  '-w[wait until connected, for at most so long; 0 waits for ever]:seconds:' \
  '-v[list everything there is to know, with the address of every device]' \
  '--force[with -R, remove also sessions whose devices are in use, and with -M disable such a one or send it to another target\: whoever uses them gets errors, or no answer]' \
  '--show-secrets[with -L -v, show CHAP secrets instead of \[secret\]]' \
  '--libxo[list as text, json, xml or html; with ,pretty, indented]:format:(text json json,pretty xml xml,pretty html html,pretty)' \
  '--check[say what is wrong with the configuration file, without using it]' \
  '--format[print the configuration file in its usual layout, comments included]' \
  '--in-place[with --format, rewrite the file instead, in one step and with its permissions]' \
  '--sysctl[print a variable of iscsid, all whose names begin so, or all there are; or set one]:name\[=value\]:' \
  '--socket[control socket of iscsid]:path:_files' \
  '--completion[print a script that completes options in bash, zsh or fish]:shell:(bash zsh fish)' \
  '(-h --help)'{-h,--help}'[print this]' \
  '--version[print the version]'
