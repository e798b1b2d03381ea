import { expect, test } from "vitest";
import { ScsiStatus } from "../status.ts";
import { ended, openDisk, settle } from "../testing/opened-disk.ts";

test("a signal has the command aborted, and the promise waits for the buffer to be free", async () => {
  const { promised, port } = await openDisk({ blocks: 64 });
  port.script = () => "hold";
  const controller = new AbortController();
  const end = promised.readInto(0, new Uint8Array(512), { signal: controller.signal });
  const other = promised.readInto(0, new Uint8Array(512));
  const reason = new Error("changed my mind");
  controller.abort(reason);
  await expect(end).rejects.toMatchObject({ code: "ECANCELED", cause: reason });
  expect(port.aborted).toHaveLength(1);
  port.release();
  await other;
});

test("a signal that fired before is not even tried", async () => {
  const { promised, port } = await openDisk({ blocks: 64 });
  await expect(promised.read(0, 512, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ECANCELED" });
  expect(port.cdbs).toEqual([]);
});

test("a command that was done before its abort arrived is done", async () => {
  const { promised, port } = await openDisk({ blocks: 64 });
  const controller = new AbortController();
  const end = promised.read(0, 512, { signal: controller.signal });
  controller.abort();
  await end;
  expect(port.aborted).toHaveLength(1);
});

test("a signal reaches all parts of a long command, and no further part is begun", async () => {
  const { promised, port } = await openDisk({ blocks: 2 ** 13 }, {}, 256 * 1024);
  port.script = () => "hold";
  const controller = new AbortController();
  const end = promised.write(0, new Uint8Array(4 * 1024 * 1024), { signal: controller.signal });
  controller.abort();
  await expect(end).rejects.toMatchObject({ code: "ECANCELED" });
  expect(port.aborted).toHaveLength(4);
  expect(port.cdbs).toHaveLength(4);
});

test("a signal ends the wait before another attempt", async () => {
  const { promised, port, clock } = await openDisk({ blocks: 64 });
  port.script = (command) => {
    command.status = ScsiStatus.busy;
    return undefined;
  };
  const controller = new AbortController();
  const end = promised.read(0, 512, { signal: controller.signal });
  await settle();
  expect(clock.waiting).toBe(1);
  controller.abort();
  await expect(end).rejects.toMatchObject({ code: "ECANCELED" });
  expect(clock.waiting).toBe(0);
});

test("a write that was canceled is not followed by its flush", async () => {
  const { promised, port } = await openDisk({ blocks: 64, writeCache: true });
  port.script = () => "hold";
  const controller = new AbortController();
  const end = promised.write(0, new Uint8Array(512), { fua: true, signal: controller.signal });
  controller.abort();
  await expect(end).rejects.toMatchObject({ code: "ECANCELED" });
  expect(port.names).toEqual(["WRITE (10)"]);
});

test("a write that was done before its abort, but not yet durable, is canceled all the same", async () => {
  const { promised, port } = await openDisk({ blocks: 64, writeCache: true });
  const controller = new AbortController();
  const end = promised.write(0, new Uint8Array(512), { fua: true, signal: controller.signal });
  controller.abort();
  await expect(end).rejects.toMatchObject({ code: "ECANCELED" });
  expect(port.names).toEqual(["WRITE (10)"]);
});

test("closing ends what is outstanding in ESHUTDOWN, then is done, and twice is harmless", async () => {
  const { disk, promised, port, clock } = await openDisk({ blocks: 2 ** 13 }, {}, 256 * 1024);
  port.script = (command) => {
    if (port.cdbs.length !== 1) return "hold";
    command.status = ScsiStatus.busy;
    return undefined;
  };
  const order: string[] = [];
  const note = (name: string) => (error: { readonly code: string } | undefined) => order.push(`${name} ${error?.code ?? "done"}`);
  disk.readInto(0, new Uint8Array(512), note("waiting"));
  await settle();
  disk.readInto(0, new Uint8Array(512), note("short"));
  disk.readInto(0, new Uint8Array(1024 * 1024), note("long"));
  disk.close(note("close"));
  disk.close(note("again"));
  expect(order).toEqual(["waiting ESHUTDOWN", "short ESHUTDOWN", "long ESHUTDOWN", "close done", "again done"]);
  expect(clock.waiting).toBe(0);
  await expect(promised.read(0, 512)).rejects.toMatchObject({ code: "ESHUTDOWN" });
  await expect(promised.flush()).rejects.toMatchObject({ code: "ESHUTDOWN" });
  expect(await ended((done) => disk.close(done))).toBeUndefined();
});
