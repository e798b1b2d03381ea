import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { NbdClient } from "../programs/nbd-client.ts";
import { succeed } from "./harness/child-process.ts";
import { Daemon } from "./harness/daemon.ts";
import { FaultProxy } from "./harness/fault-proxy.ts";
import { scratchFolder } from "./harness/scratch-folder.ts";
import { Tgt } from "./harness/tgt.ts";

const folder = scratchFolder();
const iqn = "iqn.2026-11.test:tgt-behind-a-bad-network";
const seconds = 12;

/** tgt with a file behind its write cache, a proxy in front of it, and the daemon with what iscsi.conf says of the cache. */
async function behindProxy(cache: "volatile" | "protected"): Promise<{ uri: string; proxy: FaultProxy; daemon: Daemon; tgt: Tgt }> {
  const here = join(folder, cache);
  mkdirSync(here);
  const file = join(here, "backing.img");
  writeFileSync(file, Buffer.alloc(64 * 2 ** 20));
  const tgt = await Tgt.start(here);
  await tgt.addTarget(iqn, { backing: { file } });
  const proxy = await FaultProxy.start(tgt.portal);
  const daemon = await Daemon.start(here);
  const configuration = join(here, "iscsi.conf");
  writeFileSync(configuration, `disk {\n  TargetAddress = ${proxy.portal}\n  TargetName = ${iqn}\n  TargetCache = ${cache}\n}\n`, {
    mode: 0o600,
  });
  await daemon.control("-A", "-n", "disk", "-c", configuration, "-w", "40");
  return { uri: (await daemon.device()).uri, proxy, daemon, tgt };
}

test(
  "tgt, whose cache is said to be protected, with the connection cut every second: no error, and not a byte is wrong",
  async () => {
    const { uri, proxy, daemon, tgt } = await behindProxy("protected");
    const load = succeed(
      "fio",
      [
        ...["--name=verify", "--ioengine=nbd", `--uri=${uri}`, "--rw=randrw", "--bs=4k", "--iodepth=16", "--size=48m", "--fsync=64"],
        ...["--verify=crc32c", "--verify_backlog=256", "--verify_fatal=1", "--time_based", `--runtime=${seconds}`, "--output-format=json"],
      ],
      { cwd: folder, timeoutMs: (seconds + 45) * 1000 },
    );
    let isOver = false;
    const over = load.finally(() => (isOver = true)).catch(() => undefined);
    let cuts = 0;
    while (!isOver) {
      await Promise.race([over, sleep(1000)]);
      if (!isOver) cuts += proxy.cut();
    }
    const output = await load;
    const { jobs } = JSON.parse(output.slice(output.indexOf("{"))) as { readonly jobs: readonly { readonly error: number }[] };
    expect(jobs.map(({ error }) => error)).toEqual([0]);
    expect(cuts).toBeGreaterThanOrEqual(Math.floor(seconds / 2));
    expect(await daemon.process.stop()).toMatchObject({ code: 0 });
    await tgt.stop();
  },
  (seconds + 60) * 1000,
);

test("tgt, whose cache may be lost: a flush fails after a cut under unflushed writes, and the log says what can be said of such a target", async () => {
  const { proxy, daemon, tgt } = await behindProxy("volatile");
  const client = await NbdClient.open(daemon.nbdSocket, "da0");
  const data = Buffer.alloc(65536, 3);
  await client.write(0, data);
  proxy.cut();
  expect((await client.read(0, 65536)).equals(data)).toBe(true);
  await expect(client.flush()).rejects.toThrow("NBD error");
  client.close();
  await daemon.process.says(/TargetCache = protected/);
  expect(await daemon.process.stop()).toMatchObject({ code: 0 });
  await tgt.stop();
});
