# Linux as a target: LIO through configfs, iSCSI over TCP and over RDMA.
targets=/sys/kernel/config/target

start_lio() {
  modprobe configfs
  mount -t configfs configfs /sys/kernel/config
  modprobe iscsi_target_mod
  modprobe ib_isert
}

# ram_disk NAME MIB: a disk in the guest's memory.
ram_disk() {
  disk=$targets/core/rd_mcp_0/$1
  mkdir -p $disk
  echo rd_pages=$(($2 * 256)) > $disk/control
  echo $1 > $disk/wwn/vpd_unit_serial
  echo 1 > $disk/enable
}

# target IQN TCP-PORT ISER-PORT DISK…: the disks become LUNs, from 0, for every initiator.
target() {
  group=$targets/iscsi/$1/tpgt_1
  tcp=$2 iser=$3
  mkdir -p $group
  shift 3
  lun=0
  for disk in "$@"; do
    mkdir $group/lun/lun_$lun
    ln -s $targets/core/rd_mcp_0/$disk $group/lun/lun_$lun/$disk
    lun=$((lun + 1))
  done
  echo 0 > $group/attrib/authentication
  echo 1 > $group/attrib/generate_node_acls
  echo 1 > $group/attrib/cache_dynamic_acls
  echo 0 > $group/attrib/demo_mode_write_protect
  mkdir $group/np/0.0.0.0:$tcp
  # A portal always listens on TCP too, at the very port that siw needs for a socket of its own. So the portal is made where its TCP socket is in nobody's
  # way, in another network namespace, and RDMA is switched on from this one, where RDMA always listens.
  unshare -n mkdir $group/np/0.0.0.0:$iser
  echo 1 > $group/np/0.0.0.0:$iser/iser
  echo 1 > $group/enable
}

# demand_chap IQN USER SECRET [TARGET-USER TARGET-SECRET]
demand_chap() {
  group=$targets/iscsi/$1/tpgt_1
  echo 1 > $group/attrib/authentication
  printf %s "$2" > $group/auth/userid
  printf %s "$3" > $group/auth/password
  [ $# -lt 5 ] && return
  printf %s "$4" > $group/auth/userid_mutual
  printf %s "$5" > $group/auth/password_mutual
}
