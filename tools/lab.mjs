/**
 * `npm run test:lab`: our iSER against the Linux kernel's, in a machine that QEMU emulates. Needs no RDMA hardware, no virtualization and no privilege, but
 * Debian on amd64: the guest is made of Debian's kernel, which is fetched with apt (225 MB, kept as 18 MB in .cache/lab until Debian has a newer one).
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { demandPrograms } from "./foreign-programs.mjs";
import { prepare } from "./prepare.mjs";
import { root } from "./programs.mjs";
import { runVitest } from "./vitest.mjs";

demandPrograms("The lab emulates a machine whose Linux kernel speaks iSER, and builds it itself.", {
  apt: ["apt-get"],
  dpkg: ["dpkg-deb"],
  "qemu-system-x86": ["qemu-system-x86_64"],
  "busybox-static": ["busybox"],
  kmod: ["kmod", "modprobe", "depmod"],
  "util-linux": ["setpriv"],
  iproute2: ["rdma"],
  e2fsprogs: ["mke2fs", "e2fsck", "debugfs"],
  cpio: ["cpio"],
  "xz-utils": ["xz"],
  make: ["make"],
  gcc: ["gcc"],
  binutils: ["strip"],
  libelf1: ["libelf.so.1"],
  "libiscsi-bin": ["iscsi-inq", "iscsi-readcapacity16"],
  "qemu-utils": ["qemu-img"],
  "qemu-block-extra": ["qemu/block-iscsi.so"],
  tshark: ["tshark"],
});
prepare();
const guest = spawnSync("bash", [join(root, "iser/test/lab/guest/build.sh"), join(root, ".cache/lab")], {
  stdio: ["ignore", "inherit", "inherit"],
});
if (guest.status !== 0) {
  process.stderr.write(
    "The guest could not be built; its messages are above. It needs Debian on amd64, and apt that reaches its archive.\n",
  );
  process.exit(1);
}
process.exitCode = runVitest({ name: "lab", config: "vitest.lab.config.ts", filters: process.argv.slice(2) });
