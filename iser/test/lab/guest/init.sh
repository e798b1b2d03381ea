#!/bin/sh
# The guest's init: the network, an RDMA device on it, and then whatever the host says. Scripts come in through a port of the machine, one a line in base64;
# what goes back is their exit code and what they said.
export PATH=/bin:/sbin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
mkdir -p /run/lock/iscsi /var/lock
exec </dev/console >/dev/console 2>&1

for module in virtio_pci virtio_net virtio_console virtio_rng crc32c_intel crc32c_generic; do modprobe -q $module; done
until [ -e /sys/class/net/eth0 ] && [ -e /dev/vport?p? ]; do sleep 0.1; done
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
modprobe siw
modprobe rdma_ucm
rdma link add siw0 type siw netdev eth0

port=$(echo /dev/vport?p?)
exec 3<>"$port"
echo ready >&3
while read -r script <&3; do
  echo "$script" | base64 -d > /tmp/script
  sh /tmp/script > /tmp/said 2>&1 </dev/null 3>&-
  echo "$? $(base64 /tmp/said | tr -d '\n')" >&3
done
echo "the host hung up"
poweroff -f
