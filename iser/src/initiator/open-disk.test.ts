import { SeededRandom, VirtualClock } from "kit/clock";
import { expect, it } from "vitest";
import { openDisk } from "./open-disk.ts";
import { type Transport, tcpTransport } from "./transport.ts";

it("whoever has given up before a disk is opened is told why, and no target hears of it", async () => {
  const clock = new VirtualClock();
  let connections = 0;
  const transport: Transport = { createDatamover: () => tcpTransport(clock).createDatamover(), connect: () => connections++ };
  const reason = new Error("enough");
  const options = { clock, random: new SeededRandom(1), transport, signal: AbortSignal.abort(reason) };
  await expect(openDisk("iscsi://192.0.2.1/iqn.2026-11.test:disk/0", options)).rejects.toBe(reason);
  expect(connections).toBe(0);
});
