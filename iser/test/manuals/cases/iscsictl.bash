# iscsictl: completion for bash
_iscsictl() {
  local current="$2" previous="$3"
  case "$previous" in
    -p) COMPREPLY=($(compgen -A hostname -- "$current")) ;;
    -t) COMPREPLY=() ;;
    -d) COMPREPLY=($(compgen -A hostname -- "$current")) ;;
    -n) COMPREPLY=() ;;
    -c) COMPREPLY=($(compgen -f -- "$current")) ;;
    -i) COMPREPLY=() ;;
    -u) COMPREPLY=() ;;
    -s) COMPREPLY=() ;;
    -e) COMPREPLY=($(compgen -W "on off" -- "$current")) ;;
    -w) COMPREPLY=() ;;
    --libxo) COMPREPLY=($(compgen -W "text json json,pretty xml xml,pretty html html,pretty" -- "$current")) ;;
    --sysctl) COMPREPLY=() ;;
    --socket) COMPREPLY=($(compgen -f -- "$current")) ;;
    --completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "-A -M -R -L -p -t -d -a -n -c -i -r -u -s -e -w -v --force --show-secrets --libxo --check --format --in-place --sysctl --socket --completion -h --help --version" -- "$current")) ;;
  esac
}
complete -F _iscsictl iscsictl
