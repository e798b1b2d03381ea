# Linux as an initiator: open-iscsi over the kernel's ib_iser.

start_open_iscsi() {
  modprobe sd_mod
  modprobe ib_iser
  iscsid
  until pidof iscsid >/dev/null; do sleep 0.1; done
}

# log_in IQN HOST:PORT: over iSER; prints the disk that appears.
log_in() {
  iscsiadm -m node -o new -T "$1" -p "$2,1" -I iser >/dev/null
  iscsiadm -m node -T "$1" -p "$2" -l >&2 || return 1
  for _ in $(seq 100); do
    for disk in /sys/class/iscsi_session/session*/device/target*/*/block/sd*; do
      [ -b "/dev/${disk##*/}" ] && echo "/dev/${disk##*/}" && return
    done
    sleep 0.1
  done
  echo "no disk appeared" >&2
  return 1
}
