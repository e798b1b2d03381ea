# iscsid: completion for bash
_iscsid() {
  local current="$2" previous="$3"
  case "$previous" in
    --socket) COMPREPLY=($(compgen -f -- "$current")) ;;
    --run-dir) COMPREPLY=($(compgen -d -- "$current")) ;;
    -P) COMPREPLY=($(compgen -f -- "$current")) ;;
    -l) COMPREPLY=() ;;
    -m) COMPREPLY=() ;;
    -t) COMPREPLY=() ;;
    --load) COMPREPLY=($(compgen -W "iser" -- "$current")) ;;
    --loader) COMPREPLY=($(compgen -f -- "$current")) ;;
    --config) COMPREPLY=($(compgen -f -- "$current")) ;;
    --metrics) COMPREPLY=() ;;
    --log-file) COMPREPLY=($(compgen -f -- "$current")) ;;
    --log-format) COMPREPLY=($(compgen -W "text json" -- "$current")) ;;
    --trace) COMPREPLY=($(compgen -f -- "$current")) ;;
    --trace-size) COMPREPLY=() ;;
    --completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "-d --foreground --socket --run-dir -P -l -m -t --load --loader --config --metrics --log-file --log-format --trace --trace-size --completion -h --help --version" -- "$current")) ;;
  esac
}
complete -F _iscsid iscsid
