import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { SeededRandom } from "kit/clock";
import { beforeAll, expect, test } from "vitest";
import { type Disk, openDisk } from "#initiator";
import { Lio, type LioTarget, patiently } from "./harness/lio.ts";

const mebibyte = 2 ** 20;
const blockSize = 64 * 1024;
const transports = ["tcp", "iser"] as const;

let lio: Lio;
let target: LioTarget;
beforeAll(async () => {
  lio = await Lio.start(1, { one: 16, two: 16 });
  target = await lio.addTarget("iqn.2026-11.test:lio", ["one", "two"]);
});

/** A disk that is a file of the guest's, as LUN `lun`: those in memory have one size for ever. */
async function addFileDisk(lun: number, mebibytes: number): Promise<(mebibytes: number) => Promise<string>> {
  const core = `/sys/kernel/config/target/core/fileio_0/file${lun}`;
  const setSize = (size: number): string =>
    `truncate -s ${size}M /tmp/file${lun}; echo fd_dev_name=/tmp/file${lun},fd_dev_size=${size * mebibyte} > ${core}/control`;
  const group = `/sys/kernel/config/target/iscsi/${target.name}/tpgt_1`;
  await lio.guest.run(
    ["set -e", "modprobe target_core_file", `mkdir -p ${core}`, setSize(mebibytes), `echo file${lun} > ${core}/wwn/vpd_unit_serial`]
      .concat([`echo 1 > ${core}/enable`, `mkdir ${group}/lun/lun_${lun}`, `ln -s ${core} ${group}/lun/lun_${lun}/disk`])
      .join("\n"),
  );
  return (size) => lio.guest.run(setSize(size));
}

test.each(transports.map((transport, index) => [transport, 2 + index] as const))(
  "a disk that has grown is as large as it is for sessions that were there before, over %s",
  async (transport, lun) => {
    const resize = await addFileDisk(lun, 8);
    const disk = await patiently(() => openDisk(target[transport](lun)));
    try {
      expect(disk.geometry.size).toBe(8 * mebibyte);
      await resize(12);
      // LIO tells nobody of it: whoever asks is told.
      void disk.disk.refresh();
      await expect.poll(() => disk.geometry.size, { timeout: 10_000 }).toBe(12 * mebibyte);
      const data = new SeededRandom(lun).bytes(blockSize);
      await disk.write(12 * mebibyte - blockSize, data);
      expect(Buffer.compare(await disk.read(12 * mebibyte - blockSize, blockSize), data)).toBe(0);
    } finally {
      await disk.close();
    }
  },
);

/** Writes blocks and reads each one back, until it is told to stop. */
class Load {
  done = 0;
  /** Blocks that were not what had just been written: those that a loss of power came between. */
  lost = 0;
  isStopped = false;
  readonly #ended: Promise<void>;

  constructor(disk: Disk, seed: number) {
    this.#ended = this.#run(disk, new SeededRandom(seed));
    this.#ended.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.#ended;
  }

  async #run(disk: Disk, random: SeededRandom): Promise<void> {
    for (; !this.isStopped; this.done++) {
      const data = random.bytes(blockSize);
      const at = (this.done % 128) * blockSize;
      await disk.write(at, data);
      if (Buffer.compare(await disk.read(at, blockSize), data) !== 0) this.lost++;
    }
  }
}

/**
 * A way to a port that refuses while the machine behind it boots. QEMU itself accepts connections for a guest that is not there yet, and hands on what we gave up long ago: each such
 * login holds LIO's portal for 15 s.
 */
class Relay {
  isDown = false;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(port: number): Promise<Relay> {
    const server = createServer((near) => {
      near.on("error", () => near.destroy());
      if (relay.isDown) {
        near.destroy();
        return;
      }
      const far = connect(port, "127.0.0.1");
      far.on("error", () => near.destroy());
      near.on("close", () => far.destroy());
      far.on("close", () => near.destroy());
      near.pipe(far).pipe(near);
    });
    const relay = new Relay(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
  }
}

test("a target that loses its power under load has its sessions back when it is there again, and no command fails", async () => {
  const relays = [await Relay.to(target.tcpPort), await Relay.to(target.iserPort)] as const;
  const disks = [
    await openDisk(`iscsi://127.0.0.1:${relays[0].port}/${target.name}/0`),
    await patiently(() => openDisk(`iser://127.0.0.1:${relays[1].port}/${target.name}/1`)),
  ] as const;
  const loads = disks.map((disk, index) => new Load(disk, index));
  const allHaveDone = (counts: readonly number[]): boolean => loads.every(({ done }, index) => done >= (counts[index] ?? 0));
  await expect.poll(() => allHaveDone([20, 20]), { timeout: 30_000 }).toBe(true);
  for (const relay of relays) relay.isDown = true;
  await lio.reboot();
  for (const relay of relays) relay.isDown = false;
  const before = loads.map(({ done }) => done + 20);
  await expect.poll(() => allHaveDone(before), { timeout: 60_000 }).toBe(true);
  for (const load of loads) {
    await load.stop();
    expect(load.lost).toBeLessThanOrEqual(1);
  }
  for (const disk of disks) await disk.close();
  for (const relay of relays) relay.close();
}, 180_000);
