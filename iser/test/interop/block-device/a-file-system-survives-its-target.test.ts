import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { freePort } from "../../programs/free-port.ts";
import { Attachments, bytesWritten } from "../harness/attachments.ts";
import { Child, run, succeed } from "../harness/child-process.ts";
import { Daemon } from "../harness/daemon.ts";
import { programs } from "../harness/programs.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";
import { untilItIsSo } from "../harness/until-it-is-so.ts";

const MiB = 1024 * 1024;

const folder = scratchFolder();
const runDirectory = join(folder, "run");
mkdirSync(runDirectory);
const attachments = new Attachments(runDirectory);

/** Some ninety megabytes of whatever people put on disks: programs, and sources by the hundred. */
const trees = ["typescript", "@types", "@biomejs"].map((name) =>
  fileURLToPath(new URL(`../../../../node_modules/${name}`, import.meta.url)),
);

/** Copies again and again until the target is dead: so it dies under a copy that is not whole, however late we are. */
const copyUntilDied = `
  copy() { cp -a "$@" "$0" && sync -f "$0"; }
  copy "$@" && until [ -e "$DIED" ]; do
    for tree in "$@"; do rm -rf "$0/$(basename "$tree")"; done
    copy "$@" || exit
  done`;

/** A target in a process of its own, on a file: what was written is there when the next process serves it. */
class Target {
  readonly name: string;
  readonly #image: string;
  #address: string | undefined;
  readonly protocol: "iSCSI" | "iSER";
  #process: Child | undefined;

  constructor(name: string, protocol: "iSCSI" | "iSER") {
    this.protocol = protocol;
    this.name = `iqn.2026-11.test:${name}`;
    this.#image = join(folder, `${name}.img`);
  }

  /** At the address that it has had, if it has had one. */
  async start(): Promise<void> {
    const listen = this.protocol === "iSER" ? "--iser" : "--listen";
    this.#address ??= `127.0.0.1:${await freePort()}`;
    this.#process = new Child(programs.iser, ["target", listen, this.#address, "--target", this.name, "--lun", `${this.#image},size=512M`]);
    await this.#process.says(/(?:iscsi|iser):\/\//);
  }

  async kill(): Promise<void> {
    this.#process?.kill();
    await this.#process?.ended;
  }

  /** Its block of iscsi.conf. */
  get configuration(): string {
    return `${this.protocol.toLowerCase()} {\n  TargetAddress = ${this.#address}\n  TargetName = ${this.name}\n  Protocol = ${this.protocol}\n}\n`;
  }
}

/** Path, size and SHA-256 of every file below. */
function checksums(root: string): ReadonlyMap<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(root.length), createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
}

test("a tree that is copied while its target dies and comes back is whole, on ext4 over iSER and on XFS over TCP", {
  timeout: 180_000,
}, async () => {
  const targets = [new Target("tcp", "iSCSI"), new Target("rdma", "iSER")] as const;
  for (const target of targets) await target.start();
  const configuration = join(folder, "iscsi.conf");
  writeFileSync(configuration, targets.map((target) => target.configuration).join("\n"), { mode: 0o600 });
  const daemon = await Daemon.start(folder, ["--load", "iser", "--config", configuration]);
  await daemon.control("-Aa", "-c", configuration, "-w", "40");

  for (const [target, mkfs, check] of [
    [targets[1], ["mkfs.ext4", "-q"], ["fsck.ext4", "-f", "-n"]],
    [targets[0], ["mkfs.xfs", "-q"], ["xfs_repair", "-n"]],
  ] as const) {
    const session = (await daemon.sessions()).find(({ target: { name } }) => name === target.name);
    const device = session?.devices.lun[0]?.device ?? "none";
    const { path } = await attachments.attach(device);
    await succeed(mkfs[0], [...mkfs.slice(1), path]);
    const place = join(folder, mkfs[0]);
    mkdirSync(place);
    await attachments.mount(device, place);

    const before = bytesWritten(path);
    const died = join(folder, `${target.name}-died`);
    const copying = new Child("sh", ["-c", copyUntilDied, place, ...trees], { env: { DIED: died } });
    await untilItIsSo(() => bytesWritten(path) >= before + 8 * MiB);
    await target.kill();
    writeFileSync(died, "");
    expect(copying.hasEnded, "a copy is under way when the target dies").toBe(false);
    await sleep(1500);
    await target.start();
    const { code, stderr } = await copying.end(120_000);
    expect([code, stderr]).toEqual([0, ""]);

    await succeed("umount", [place]);
    const { code: verdict, stdout } = await run(check[0], [...check.slice(1), path]);
    expect(verdict, stdout).toBe(0);
    await attachments.mount(device, place);
    for (const tree of trees) expect(checksums(join(place, tree.split("/").at(-1) ?? ""))).toEqual(checksums(tree));
    await succeed("umount", [place]);
    await attachments.detach(device);
  }
  expect(attachments.remains).toEqual([]);
  expect(await attachments.list()).toEqual([]);
});
