#!/bin/bash
# build.sh FOLDER: makes FOLDER/vmlinuz and FOLDER/initramfs.cpio.gz, a small machine for QEMU whose kernel is Debian's own.
#
# It speaks iSER on an ordinary network card: Debian builds LIO's ib_isert and the initiator's ib_iser, but not siw, the software iWARP under them, which is
# compiled here against the headers of the same kernel. Packages are fetched and unpacked, never installed. What is there already is kept as long as the
# packages and these scripts are the same.
set -euo pipefail
shopt -s nullglob
folder=$1
here=$(cd "$(dirname "$0")" && pwd)

packages_of() { apt-cache depends --no-suggests --no-recommends "$1" | sed -n "s/^  Depends: \(linux-$2.*\)/\1/p"; }

image=$(packages_of linux-image-amd64 image)
if [ -z "$image" ]; then
  echo "apt knows no package linux-image-amd64: the guest is made of Debian's kernel. On Debian: apt-get update" >&2
  exit 1
fi
release=${image#linux-image-}
headers=linux-headers-$release
mapfile -t build_packages < <(packages_of "$headers" headers && packages_of "$headers" kbuild)
series=${release%%-*}
series=${series%.*}
packages=("$image" "$headers" "${build_packages[@]}" "linux-source-$series" open-iscsi libopeniscsiusr libisns0)

inputs=$({
  cat "$here"/*.sh
  apt-cache show --no-all-versions "${packages[@]}" | grep -E '^(Package|Version):'
  dpkg-query -W busybox-static kmod iproute2 e2fsprogs 2>/dev/null || true
} | sha256sum)
if [ -f "$folder/built-from" ] && [ "$(cat "$folder/built-from")" = "$inputs" ]; then exit 0; fi

mkdir -p "$folder"
work=$(mktemp -d "$folder/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
say() { echo "guest: $*" >&2; }
log=$work/log
quietly() { "$@" >"$log" 2>&1 || { cat "$log" >&2; say "failed: $*"; exit 1; }; }

say "fetching Linux $release"
mkdir "$work/packages" "$work/unpacked"
cd "$work/packages"
quietly apt-get download "${packages[@]}"
for file in *.deb; do dpkg-deb -x "$file" "$work/unpacked"; done
cd "$work/unpacked"

# ---------------------------------------------------------------- siw
say "compiling siw"
tree=$work/unpacked/usr/src/$headers
# The headers know themselves by where they would be installed.
sed -i "s|/usr/src/|$work/unpacked/usr/src/|g" "$tree/Makefile"
mkdir "$work/siw"
tar xJf "usr/src/linux-source-$series.tar.xz" -C "$work/siw" --strip-components=5 "linux-source-$series/drivers/infiniband/sw/siw"
# siw_get_trailer of Linux 6.1 copies the rest of a checksum that two TCP segments share over its beginning, and ends the connection with a CRC error. QEMU's network
# shares one out every few megabytes.
sed -i 's/srx->skb_offset, tbuf, avail)/srx->skb_offset, tbuf + srx->pad + MPA_CRC_SIZE - srx->fpdu_part_rem, avail)/' "$work/siw/siw_qp_rx.c"
quietly make -C "$tree" M="$work/siw" CONFIG_RDMA_SIW=m -j"$(nproc)" modules
mkdir "lib/modules/$release/extra"
strip --strip-debug -o "lib/modules/$release/extra/siw.ko" "$work/siw/siw.ko"
depmod -b "$work/unpacked" "$release"

# ---------------------------------------------------------------- what the guest holds
say "packing"
root=$work/root
mkdir -p "$root"/{bin,sbin,dev,proc,sys,run,tmp,mnt,etc/iscsi,var/lib/iscsi/nodes} "$root/lib/modules/$release"

modules=(
  virtio_pci virtio_net virtio_console virtio_rng
  crc32c_generic crc32c_intel crct10dif_generic crct10dif_pclmul
  siw rdma_ucm
  target_core_mod target_core_file iscsi_target_mod ib_isert
  sd_mod ib_iser iscsi_tcp ext4
)
for module in "${modules[@]}"; do modprobe -d "$work/unpacked" -S "$release" --show-depends "$module"; done |
  awk '$1 == "insmod" { print $2 }' | sort -u | while read -r file; do
    install -D -m 644 "$file" "$root/lib/modules/$release/${file#*"/lib/modules/$release/"}"
  done
cp "lib/modules/$release"/modules.{builtin,builtin.modinfo,order} "$root/lib/modules/$release/"
depmod -b "$root" "$release"

libraries=$work/unpacked/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$libraries
# A program, and the libraries that it says it needs, to where it looks for them.
add() {
  local program=$1 library
  install -D -m 755 "$program" "$root/sbin/$(basename "$program")"
  { ldd "$program" 2>/dev/null || true; } | { grep -oE '/[^ ]+\.so[^ ]*' || true; } | while read -r library; do
    case $library in
      "$libraries"/*) install -D -m 755 "$library" "$root/lib/x86_64-linux-gnu/$(basename "$library")" ;;
      *) install -D -m 755 "$library" "$root$library" ;;
    esac
  done
}
PATH=$PATH:/usr/sbin:/sbin
for program in busybox kmod rdma mke2fs e2fsck; do add "$(command -v "$program")"; done
for program in iscsid iscsiadm; do add "$(find "$work/unpacked" -type f -path "*bin/$program")"; done
ln -s mke2fs "$root/sbin/mkfs.ext4"
ln -s e2fsck "$root/sbin/fsck.ext4"
ln -s kmod "$root/sbin/modprobe" # the kernel asks for modules by this name
for applet in $("$root/sbin/busybox" --list); do
  [ -e "$root/sbin/$applet" ] || ln -s ../sbin/busybox "$root/bin/$applet"
done
cp etc/iscsi/iscsid.conf "$root/etc/iscsi/"
echo InitiatorName=iqn.2026-11.test:linux > "$root/etc/iscsi/initiatorname.iscsi"
echo root:x:0:0:root:/:/bin/sh > "$root/etc/passwd"
cp /etc/mke2fs.conf "$root/etc/"
for script in "$here"/*.sh; do
  [ "$script" = "$here/build.sh" ] || install -m 755 "$script" "$root/"
done
mv "$root/init.sh" "$root/init"

(cd "$root" && find . | cpio --quiet -o -H newc | gzip -1) > "$work/initramfs.cpio.gz"
rm -f "$folder/built-from"
mv "$work/initramfs.cpio.gz" "$folder/initramfs.cpio.gz"
mv "boot/vmlinuz-$release" "$folder/vmlinuz"
echo "$inputs" > "$folder/built-from"
say "ready: $(du -ch "$folder"/vmlinuz "$folder"/initramfs.cpio.gz | awk 'END { print $1 }') in $SECONDS s"
