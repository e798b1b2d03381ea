import { SystemClock, SystemRandom } from "kit/clock";
import { afterAll } from "vitest";
import { MemoryDisk } from "#block";
import { TcpTargetDatamover } from "#datamover";
import { formatIscsiUrl } from "#initiator";
import { listen } from "#socket";
import { startTarget } from "#target";

const size = 64 * 2 ** 20;

/**
 * A target in this process with a disk in memory that takes eight seconds to sanitize itself, as no memory does: what is to be seen while a disk is being sanitized can be
 * seen on one that takes its time.
 */
export async function startSlowDiskTarget(): Promise<string> {
  const clock = new SystemClock();
  const name = "iqn.2026-11.test:slow";
  const device = new MemoryDisk({ size });
  const running = await startTarget({
    listen: [{ host: "127.0.0.1", port: 0 }],
    transport: {
      listen: async (address, makeCore) => {
        const listener = await listen(address, makeCore, clock);
        if ("path" in listener.address) throw new Error("a port was asked for");
        return { address: listener.address, close: () => listener.close() };
      },
      makeDatamover: () => {
        const mover = new TcpTargetDatamover();
        return { datamover: mover, stream: mover };
      },
    },
    clock,
    random: new SystemRandom(),
    targets: [{ name, luns: [{ lun: 0, device, sanitizePace: { bytesPerSecond: size / 8, clock } }] }],
  });
  afterAll(() => running.close());
  const [portal = { host: "", port: 0 }] = running.portals;
  return formatIscsiUrl({ ...portal, target: name, lun: 0 });
}
