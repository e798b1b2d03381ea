import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SeededRandom, SystemClock } from "kit/clock";
import { expect, test } from "vitest";
import { ControlClientConnection } from "#control";
import { connectSocket } from "#socket";
import { defaultSessionConfig } from "../../../src/config/index.ts";
import { Daemon } from "../harness/daemon.ts";
import { scratchFolder } from "../harness/scratch-folder.ts";

/** `ISER_SEED=12345` repeats a run, as far as a killed process does. */
const seed = Number(process.env.ISER_SEED ?? Math.floor(Math.random() * 2 ** 32));
const rounds = 15;

const folder = scratchFolder();
const clock = new SystemClock();

/** Sessions that are only remembered: nothing is connected, everything is kept. */
function session(number: number): { session: typeof defaultSessionConfig & { targetAddress: string } } {
  return { session: { ...defaultSessionConfig, targetAddress: "192.0.2.1", targetName: `iqn.2026-11.test:${number}`, enable: false } };
}

test(`whenever it is killed, what it had confirmed is there again (seed ${seed})`, async () => {
  const random = new SeededRandom(seed);
  const here = join(folder, "here");
  mkdirSync(here);
  /** Names that are certainly there; those whose change was not confirmed may be there or not. */
  const certain = new Set<string>();
  let next = 0;
  for (let round = 0; round < rounds; round++) {
    const daemon = await Daemon.start(here);
    expect(daemon.process.output).not.toContain("cannot be used");
    const client = new ControlClientConnection();
    connectSocket(client, { path: join(daemon.runDirectory, "iscsid.sock") }, clock);
    const { sessions } = await client.call("list", { showSecrets: false });
    const names = new Set(sessions.map(({ targetName }) => targetName));
    for (const name of certain) expect(names, `round ${round}`).toContain(name);
    const change = async (): Promise<void> => {
      for (;;) {
        const [old] = certain;
        if (random.below(3) === 0 && old !== undefined) {
          certain.delete(old);
          await client.call("remove", { all: false, targetName: old, targetAddress: undefined });
        } else {
          const added = session(next++);
          await client.call("add", added);
          certain.add(added.session.targetName ?? "");
        }
      }
    };
    const changes = [change(), change(), change()];
    for (const one of changes) one.catch(() => {}); // the connection dies with the daemon
    await sleep(random.below(120));
    await daemon.kill();
    await Promise.allSettled(changes);
  }
  const daemon = await Daemon.start(here);
  await daemon.process.stop();
  expect(readdirSync(daemon.runDirectory)).toEqual([]);
});
