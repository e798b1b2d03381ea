/**
 * Many sessions in one process, all reading: run by growth.mjs. Prints one JSON line.
 *
 *   node --expose-gc session-crowd.mjs URL SESSIONS SECONDS
 */
import { openDisk } from "iser";

const [url = "", sessionText = "1", secondText = "1"] = process.argv.slice(2);
const sessions = Number(sessionText);
const seconds = Number(secondText);
const outstanding = Math.max(1, Math.round(128 / sessions));

const first = await openDisk(url);
globalThis.gc?.();
const before = process.memoryUsage().rss;
const disks = [first, ...(await Promise.all(Array.from({ length: sessions - 1 }, () => openDisk(url))))];
globalThis.gc?.();
const kilobytesPerSession = sessions === 1 ? null : (process.memoryUsage().rss - before) / (sessions - 1) / 1024;

let ios = 0;
let stopping = false;
let position = 1;

/** @param {import("iser").BlockDevice} device */
function keepReading(device) {
  const buffer = Buffer.alloc(4096);
  const blocks = Math.min(device.geometry.size, 2 ** 30) / 4096;
  const next = (/** @type {Error | undefined} */ error) => {
    if (error !== undefined) throw error;
    ios += 1;
    if (stopping) return;
    position = (Math.imul(position, 1664525) + 1013904223) >>> 0;
    device.readInto((position % blocks) * 4096, buffer, next);
  };
  device.readInto(0, buffer, next);
}

for (const disk of disks) for (let slot = 0; slot < outstanding; slot += 1) keepReading(disk.device);
await new Promise((resolve) => setTimeout(resolve, 300));
const iosBefore = ios;
const cpuBefore = process.cpuUsage();
const start = performance.now();
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const elapsed = (performance.now() - start) / 1000;
const cpu = process.cpuUsage(cpuBefore);
process.stdout.write(
  `${JSON.stringify({ ios: ios - iosBefore, seconds: elapsed, cpuSeconds: (cpu.user + cpu.system) / 1e6, kilobytesPerSession })}\n`,
);
stopping = true;
await Promise.all(disks.map((disk) => disk.close()));
