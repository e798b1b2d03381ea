# iser: completion for bash
_iser() {
  local current="$2" previous="$3" command=""
  if [ "$COMP_CWORD" -gt 1 ]; then command="${COMP_WORDS[1]}"; fi
  case "$command" in
    ls)
      case "$previous" in
        --trace) COMPREPLY=() ;;
        *) if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "-s --luns --json --trace -h --help" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi ;;
      esac
      ;;
    inq)
      case "$previous" in
        --trace) COMPREPLY=() ;;
        *) if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "--json --hex --trace -h --help" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi ;;
      esac
      ;;
    dd)
      case "$previous" in
        --if) COMPREPLY=($(compgen -f -- "$current")) ;;
        --of) COMPREPLY=($(compgen -f -- "$current")) ;;
        --bs) COMPREPLY=() ;;
        --count) COMPREPLY=() ;;
        --skip) COMPREPLY=() ;;
        --seek) COMPREPLY=() ;;
        --iodepth) COMPREPLY=() ;;
        --trace) COMPREPLY=() ;;
        *) if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "--if --of --bs --count --skip --seek --iodepth --fua --fsync --sparse --notrunc --verify --trace -h --help" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi ;;
      esac
      ;;
    target)
      case "$previous" in
        --listen) COMPREPLY=() ;;
        --iser) COMPREPLY=() ;;
        --access) COMPREPLY=() ;;
        --target) COMPREPLY=() ;;
        --lun) COMPREPLY=($(compgen -f -- "$current")) ;;
        --alias) COMPREPLY=() ;;
        --chap) COMPREPLY=() ;;
        --mutual) COMPREPLY=() ;;
        --discovery-chap) COMPREPLY=() ;;
        --discovery-mutual) COMPREPLY=() ;;
        --initiator) COMPREPLY=() ;;
        --serial) COMPREPLY=() ;;
        --sanitize-rate) COMPREPLY=() ;;
        --redirect) COMPREPLY=() ;;
        --max-sessions) COMPREPLY=() ;;
        --queue-depth) COMPREPLY=() ;;
        --ping-interval) COMPREPLY=() ;;
        *) if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "--listen --iser --access --target --lun --alias --chap --mutual --discovery-chap --discovery-mutual --initiator --serial --removable --sanitize-rate --redirect --max-sessions --queue-depth --ping-interval --json -v --verbose -h --help" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi ;;
      esac
      ;;
    alua)
      case "$previous" in
        --set) COMPREPLY=() ;;
        --trace) COMPREPLY=() ;;
        *) if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "--set --json --trace -h --help" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi ;;
      esac
      ;;
    attach)
      case "$previous" in
        --via) COMPREPLY=($(compgen -W "nbd fuse" -- "$current")) ;;
        --name) COMPREPLY=() ;;
        --run-dir) COMPREPLY=($(compgen -d -- "$current")) ;;
        --socket) COMPREPLY=($(compgen -f -- "$current")) ;;
        *) if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "-l --list --via --read-only --name --json --run-dir --socket -h --help" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi ;;
      esac
      ;;
    detach)
      case "$previous" in
        --run-dir) COMPREPLY=($(compgen -d -- "$current")) ;;
        *) if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "--force --json --run-dir -h --help" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi ;;
      esac
      ;;
    mount)
      case "$previous" in
        -t | --type) COMPREPLY=() ;;
        -o | --options) COMPREPLY=() ;;
        --run-dir) COMPREPLY=($(compgen -d -- "$current")) ;;
        --socket) COMPREPLY=($(compgen -f -- "$current")) ;;
        *) if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "-t --type -o --options -r --read-only --run-dir --socket -h --help" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi ;;
      esac
      ;;
    nbd)
      case "$previous" in
        --socket) COMPREPLY=($(compgen -f -- "$current")) ;;
        --listen) COMPREPLY=() ;;
        --trace) COMPREPLY=() ;;
        *) if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "--socket --listen --read-only --json --trace -h --help" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi ;;
      esac
      ;;
    trace)
      case "$previous" in
        *) if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "-h --help" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi ;;
      esac
      ;;
    decode)
      case "$previous" in
        *) if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "-v --verbose --json -h --help" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi ;;
      esac
      ;;
    perf)
      case "$previous" in
        --rw) COMPREPLY=($(compgen -W "read write randread randwrite rw randrw" -- "$current")) ;;
        --bs) COMPREPLY=() ;;
        --iodepth) COMPREPLY=() ;;
        --runtime) COMPREPLY=() ;;
        --ramp) COMPREPLY=() ;;
        --size) COMPREPLY=() ;;
        --rwmixread) COMPREPLY=() ;;
        --seed) COMPREPLY=() ;;
        --trace) COMPREPLY=() ;;
        *) if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "--rw --bs --iodepth --runtime --ramp --size --rwmixread --seed --verify --json --trace -h --help" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi ;;
      esac
      ;;
    *)
      case "$previous" in
        --completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$current")) ;;
        *) COMPREPLY=($(compgen -W "ls inq dd target alua attach detach mount nbd trace decode perf -h --help --version --completion" -- "$current")) ;;
      esac
      ;;
  esac
}
complete -o filenames -F _iser iser
