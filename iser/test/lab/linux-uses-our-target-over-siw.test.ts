import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { succeed } from "../interop/harness/child-process.ts";
import { type EmbeddedTarget, startTarget } from "../interop/harness/embedded-target.ts";
import { iser } from "../interop/harness/programs.ts";
import { scratchFolder } from "../interop/harness/scratch-folder.ts";
import { Guest } from "./harness/guest.ts";

let target: EmbeddedTarget;
let guest: Guest;
let iserPort: string;
beforeAll(async () => {
  target = await startTarget(["mem:96M"], ["--iser", "127.0.0.1:0"]);
  [, iserPort = ""] = await target.process.says(/iser:\/\/127\.0\.0\.1:(\d+)\//);
  guest = await Guest.boot();
});

test("Linux makes a file system on our target over iSER, and finds in it what it has put there; so does the host", async () => {
  const mounted = `. /open-iscsi.sh
    set -e
    start_open_iscsi
    disk=$(log_in ${target.name} 10.0.2.2:${iserPort})
    echo $disk > /tmp/disk
    iscsiadm -m session -P 1 | grep -E "Iface Transport: iser" >&2
    mkfs.ext4 -q $disk
    mount -t ext4 $disk /mnt
    cp -a /lib /mnt/tree
    (cd /mnt/tree && find . -type f | sort | xargs sha256sum)`;
  const copied = await guest.run(mounted);
  const sums = copied.match(/^[0-9a-f]{64} {2}\.\/.*$/gm) ?? [];
  expect(sums.length).toBeGreaterThan(40);

  await guest.run(`set -e
    disk=$(cat /tmp/disk)
    umount /mnt
    e2fsck -fn $disk
    blockdev --flushbufs $disk
    echo 3 > /proc/sys/vm/drop_caches
    mount -t ext4 -o ro $disk /mnt
    (cd /mnt/tree && find . -type f | sort | xargs sha256sum) > /tmp/again
    (cd /lib && find . -type f | sort | xargs sha256sum) > /tmp/original
    cmp /tmp/again /tmp/original
    umount /mnt
    iscsiadm -m node -u`);

  const folder = scratchFolder();
  const image = join(folder, "image");
  const tree = join(folder, "tree");
  await iser(["dd", "--if", target.url(0), "--of", image]);
  await succeed("e2fsck", ["-fn", image]);
  mkdirSync(tree);
  await succeed("debugfs", ["-R", `rdump tree ${tree}`, image]);
  const onTheHost = sums.map((line) => {
    const name = line.slice(66);
    return `${createHash("sha256")
      .update(readFileSync(join(tree, "tree", name)))
      .digest("hex")}  ${name}`;
  });
  expect(onTheHost).toEqual(sums);
});

test("Linux's direct reads and writes are the bytes that we see over TCP", async () => {
  await guest.run(`. /open-iscsi.sh
    set -e
    disk=$(log_in ${target.name} 10.0.2.2:${iserPort})
    dd if=/dev/urandom of=/tmp/data bs=1M count=8 2>/dev/null
    dd if=/tmp/data of=$disk bs=1M oflag=direct
    dd if=/tmp/data of=$disk bs=512 count=3 seek=16384 oflag=direct
    dd if=/tmp/data of=$disk bs=20k count=1 seek=512 oflag=direct
    for bs in 4k 64k 512k 1M; do dd if=$disk bs=$bs iflag=direct 2>/dev/null | head -c 8388608 | cmp - /tmp/data; done
    iscsiadm -m node -u`);
  const image = join(scratchFolder(), "image");
  await iser(["dd", "--if", target.url(0), "--of", image, "--bs", "1M", "--count", "8"]);
  const sum = createHash("sha256").update(readFileSync(image)).digest("hex");
  expect(await guest.run("sha256sum < /tmp/data")).toContain(sum);
});
