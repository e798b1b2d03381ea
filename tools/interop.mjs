/**
 * `npm run test:interop`: our programs against foreign ones. `npm run test:interop -- tgt` runs the files with tgt in their path.
 */
import { demandPrograms } from "./foreign-programs.mjs";
import { prepare } from "./prepare.mjs";
import { runVitest } from "./vitest.mjs";

demandPrograms("The interop tests run our programs against these.", {
  tgt: ["tgtd", "tgtadm"],
  istgt: ["istgt"],
  "libiscsi-bin": ["iscsi-ls", "iscsi-inq", "iscsi-readcapacity16", "iscsi-perf", "iscsi-test-cu"],
  "qemu-utils": ["qemu-img", "qemu-io", "qemu-nbd"],
  "qemu-block-extra": ["qemu/block-iscsi.so"],
  "libnbd-bin": ["nbdinfo", "nbdcopy"],
  nbdkit: ["nbdkit"],
  fio: ["fio"],
  libisal2: ["libisal.so.2"],
  gcc: ["gcc"],
  python3: ["python3"],
  mount: ["mount", "umount", "losetup"],
  e2fsprogs: ["mkfs.ext4", "fsck.ext4"],
  xfsprogs: ["mkfs.xfs", "xfs_repair"],
  tshark: ["tshark"],
  chromium: ["chromium"],
  "git-lfs": ["git-lfs"],
  "pre-commit": ["pre-commit"],
  mandoc: ["mandoc"],
});
prepare();
process.exitCode = runVitest({ name: "interop", config: "vitest.interop.config.ts", filters: process.argv.slice(2) });
