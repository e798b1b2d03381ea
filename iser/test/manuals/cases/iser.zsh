#compdef iser

local line state
_arguments -C \
  '(-h --help)'{-h,--help}'[Say what this does, with examples]' \
  '--version[Print the version]' \
  '--completion[Print a script that completes commands and flags]:shell:(bash zsh fish)' \
  '1: :->command' \
  '*:: :->rest'
if [[ "$state" == command ]]; then
  local -a commands=(
    'ls:List the targets of a portal, and their disks'
    'inq:Show what a disk says about itself'
    'dd:Copy between disks, files and pipes'
    'target:Serve files and memory over iSCSI and iSER'
    'alua:Show how good the ports to a disk are, and change it'
    'attach:Make a remote disk a block device in /dev'
    'detach:Take an attached disk out of /dev'
    'mount:Mount the file system of a remote disk'
    'nbd:Serve a block device over NBD'
    'trace:Run a command, and write down what its sessions say'
    'decode:Print the PDUs in a capture, one a line'
    'perf:Measure how fast a disk reads and writes'
  )
  _describe command commands
elif [[ "$state" == rest ]]; then
  case "$line[1]" in
  ls)
    _arguments -S \
      '(-s --luns)'{-s,--luns}'[Log in to every target and list its logical units with their sizes]' \
      '--json[Print JSON]' \
      '--trace[Write what goes over the wire into a capture for Wireshark and iser decode (pcapng)]:file:' \
      '(-h --help)'{-h,--help}'[Say what this does, with examples]' \
      '*: :_files'
    ;;
  inq)
    _arguments -S \
      '--json[Print JSON]' \
      '--hex[Print the bytes of every page too]' \
      '--trace[Write what goes over the wire into a capture for Wireshark and iser decode (pcapng)]:file:' \
      '(-h --help)'{-h,--help}'[Say what this does, with examples]' \
      '*: :_files'
    ;;
  dd)
    _arguments -S \
      '--if[Where to read\: URL, file or -]:from:_files' \
      '--of[Where to write\: URL, file or -]:to:_files' \
      '--bs[Size of a block (256K unless given)]:size:' \
      '--count[Copy only so many blocks]:n:' \
      '--skip[Begin to read so many blocks after the start]:n:' \
      '--seek[Begin to write so many blocks after the start]:n:' \
      '--iodepth[Blocks under way at a time]:n:' \
      '--fua[Have every block written through to the medium]' \
      '--fsync[Have everything on the medium at the end]' \
      '--sparse[Do not send zeroes where the destination can make them itself]' \
      '--notrunc[Keep what a file has behind the copy]' \
      '--verify[Read everything back and compare]' \
      '--trace[Write what goes over the wire into a capture for Wireshark and iser decode (pcapng)]:file:' \
      '(-h --help)'{-h,--help}'[Say what this does, with examples]' \
      '*: :_files'
    ;;
  target)
    _arguments -S \
      '--listen[Address to listen on for iSCSI; port 3260 unless given, 0 picks a free one; portal group 1]:HOST\:PORT\[,GROUP\]:' \
      '--iser[The same for iSER; at least one of the two must be given]:HOST\:PORT\[,GROUP\]:' \
      '--access[How good a portal group is for I/O at first\: active/optimized, active/non-optimized, standby, unavailable, offline]:GROUP=STATE:' \
      '--target[Name of the target]:IQN:' \
      '--lun[What to serve as the next LUN]:LUN:_files' \
      '--alias[What people may be shown instead of the name]:TEXT:' \
      '--chap[Demand CHAP, and let this user in]:USER\:SECRET:' \
      '--mutual[Who the target proves to be when asked]:USER\:SECRET:' \
      '--discovery-chap[The same as --chap for discovery]:USER\:SECRET:' \
      '--discovery-mutual[The same as --mutual for discovery]:USER\:SECRET:' \
      '--initiator[Let no other initiators see the target]:IQN:' \
      '--serial[Serial number of LUN 0; the others’ get -1, -2 and so on behind it]:TEXT:' \
      '--removable[Let media be ejected and loaded]' \
      '--sanitize-rate[Bytes a second that SANITIZE gets through; as fast as can be unless given]:SIZE:' \
      '--redirect[Send initiators to another portal, with permanent\: in front for good]:HOST\:PORT:' \
      '--max-sessions[Sessions at once]:N:' \
      '--queue-depth[Commands that a session may have waiting]:N:' \
      '--ping-interval[Silence after which an initiator is pinged; 0 for never]:TIME:' \
      '--json[Print the ready line, and events, as JSON]' \
      '(-v --verbose)'{-v,--verbose}'[Say on stderr who comes and goes]' \
      '(-h --help)'{-h,--help}'[Say what this does, with examples]' \
      '*: :_files'
    ;;
  alua)
    _arguments -S \
      '--set[Give a group another state]:GROUP=STATE:' \
      '--json[Print JSON]' \
      '--trace[Write what goes over the wire into a capture for Wireshark and iser decode (pcapng)]:file:' \
      '(-h --help)'{-h,--help}'[Say what this does, with examples]' \
      '*: :_files'
    ;;
  attach)
    _arguments -S \
      '(-l --list)'{-l,--list}'[List what is attached]' \
      '--via[Which way to go; the first that there is unless given]:value:(nbd fuse)' \
      '--read-only[Refuse writes]' \
      '--name[What to call it; the daemon’s name, or disk0, disk1, … unless given]:NAME:' \
      '--json[Print JSON]' \
      '--run-dir[Run directory of the daemon, if it was given one of its own]:DIR:_files -/' \
      '--socket[Control socket of the daemon, if it was given one of its own]:PATH:_files' \
      '(-h --help)'{-h,--help}'[Say what this does, with examples]' \
      '*: :_files'
    ;;
  detach)
    _arguments -S \
      '--force[Also while it is in use; what is unwritten is lost]' \
      '--json[Print JSON]' \
      '--run-dir[Run directory of the daemon, if it was given one of its own]:DIR:_files -/' \
      '(-h --help)'{-h,--help}'[Say what this does, with examples]' \
      '*: :_files'
    ;;
  mount)
    _arguments -S \
      '(-t --type)'{-t,--type}'[Type of the file system; found out unless given]:TYPE:' \
      '(-o --options)'{-o,--options}'[Options of mount(8), with commas]:OPTIONS:' \
      '(-r --read-only)'{-r,--read-only}'[Attach and mount it for reading alone]' \
      '--run-dir[Run directory of the daemon, if it was given one of its own]:DIR:_files -/' \
      '--socket[Control socket of the daemon, if it was given one of its own]:PATH:_files' \
      '(-h --help)'{-h,--help}'[Say what this does, with examples]' \
      '*: :_files'
    ;;
  nbd)
    _arguments -S \
      '--socket[Path of the unix socket to listen on]:PATH:_files' \
      '--listen[TCP address to listen on; port 10809 unless given, 0 picks a free one]:HOST\:PORT:' \
      '--read-only[Refuse writes]' \
      '--json[Print the ready line as JSON]' \
      '--trace[Write what goes over the wire into a capture for Wireshark and iser decode (pcapng)]:file:' \
      '(-h --help)'{-h,--help}'[Say what this does, with examples]' \
      '*: :_files'
    ;;
  trace)
    _arguments -S \
      '(-h --help)'{-h,--help}'[Say what this does, with examples]' \
      '*: :_files'
    ;;
  decode)
    _arguments -S \
      '(-v --verbose)'{-v,--verbose}'[Print every field of every layer, and bytes]' \
      '--json[Print an object a line, with every field]' \
      '(-h --help)'{-h,--help}'[Say what this does, with examples]' \
      '*: :_files'
    ;;
  perf)
    _arguments -S \
      '--rw[What to do; every kind but read and randread overwrites the disk]:value:(read write randread randwrite rw randrw)' \
      '--bs[Size of a block]:size:' \
      '--iodepth[Commands under way at a time]:n:' \
      '--runtime[How long to measure]:time:' \
      '--ramp[How long to run before measuring]:time:' \
      '--size[Use only so much of the disk, from its start]:size:' \
      '--rwmixread[Share of reads in rw and randrw]:percent:' \
      '--seed[Another seed, other random places]:n:' \
      '--verify[Write contents that can be checked, and check them]' \
      '--json[Print JSON in the manner of fio]' \
      '--trace[Write what goes over the wire into a capture for Wireshark and iser decode (pcapng)]:file:' \
      '(-h --help)'{-h,--help}'[Say what this does, with examples]' \
      '*: :_files'
    ;;
  esac
fi
