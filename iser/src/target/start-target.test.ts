import { SystemClock, SystemRandom } from "kit/clock";
import { afterEach, describe, expect, it } from "vitest";
import { MemoryDisk } from "#block";
import { IserTargetDatamover, TcpTargetDatamover } from "#datamover";
import { type Disk, discover, iserTransport, openDisk, tcpTransport } from "#initiator";
import { formatPortal } from "#iscsi";
import { SoftwareQueuePair } from "#iwarp";
import { listen } from "#socket";
import { type RunningTarget, type StartTargetOptions, startTarget, type TargetPlace, type TargetTransport } from "./server/start-target.ts";
import { testTargetName } from "./testing/hand-initiator.ts";

const clock = new SystemClock();
const random = new SystemRandom();

/** TCP as the programs hand it in. */
const transport: TargetTransport = {
  kind: "tcp",
  listen: async (address, makeCore) => {
    const { address: bound, close } = await listen(address, makeCore, clock);
    if ("path" in bound) throw new Error("a path where a port is due");
    return { address: bound, close };
  },
  makeDatamover: () => {
    const mover = new TcpTargetDatamover();
    return { datamover: mover, stream: mover };
  },
};

const iser: TargetTransport = {
  ...transport,
  kind: "iser",
  makeDatamover: () => {
    const stream = new SoftwareQueuePair({ role: "responder" });
    return { datamover: new IserTargetDatamover(stream), stream };
  },
};

const loopback = { address: { host: "127.0.0.1", port: 0 }, transport };

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

async function start(changes: Partial<StartTargetOptions> = {}): Promise<RunningTarget> {
  const targets = [{ name: testTargetName, luns: [{ device: new MemoryDisk({ size: 4 * 1024 * 1024 }) }] }];
  const running = await startTarget({ listen: [loopback], clock, random, targets, ...changes });
  opened.push(running);
  return running;
}

/** Where `running` listens. */
function placeOf(running: RunningTarget): TargetPlace {
  return { address: running.portals[0]!, transport };
}

async function open(running: RunningTarget, { user = "", query = "" } = {}): Promise<Disk> {
  const disk = await openDisk(`iscsi://${user}${formatPortal(running.portals[0]!)}/${testTargetName}/0${query}`);
  opened.push(disk);
  return disk;
}

async function writeAndRead(disk: Disk): Promise<void> {
  const data = random.bytes(300 * 1024);
  await disk.write(512, data);
  expect(Buffer.compare(await disk.read(512, data.length), data)).toBe(0);
}

describe("a target that listens", () => {
  it("serves several initiators at once on every portal", async () => {
    const running = await start({ listen: [loopback, loopback] });
    expect(running.portals.map(({ port }) => port > 0)).toEqual([true, true]);
    const disks = await Promise.all([open(running), open({ ...running, portals: running.portals.slice(1) }), open(running)]);
    await Promise.all(disks.map((disk) => disk.read(0, 1024 * 1024)));
    await writeAndRead(disks[0]);
    expect(running.server.statistics).toMatchObject({ sessions: 3, connections: 3, protocolErrors: 0, rejects: 0 });
  });

  it("carries digests when they are asked for", async () => {
    const running = await start();
    await writeAndRead(await open(running, { query: "?header_digest=crc32c&data_digest=crc32c" }));
  });

  it("lets nobody in who cannot prove who he is, and proves itself", async () => {
    const secrets = new Map([["me", "my secret of 16 bytes"]]);
    const running = await start({
      targets: [
        {
          name: testTargetName,
          luns: [{ device: new MemoryDisk({ size: 4 * 1024 * 1024 }) }],
          authentication: {
            kind: "chap",
            secretOf: (user) => secrets.get(user),
            mutual: { user: "disk", secret: "the disk's own secret" },
          },
        },
      ],
    });
    await expect(open(running)).rejects.toThrow(/refused login/);
    await expect(open(running, { user: "me%wrong@" })).rejects.toThrow(/refused login/);
    await writeAndRead(await open(running, { user: "me%my%20secret%20of%2016%20bytes@" }));
    const query = "?target_user=disk&target_password=the%20disk's%20own%20secret";
    await writeAndRead(await open(running, { user: "me%my%20secret%20of%2016%20bytes@", query }));
    expect(running.server.sessions.map(({ user }) => user)).toEqual(["me", "me"]);
  });

  it("tells of the portals it has, and of the one where it was found", async () => {
    const running = await start({ listen: [{ address: { host: "0.0.0.0", port: 0 }, transport }, loopback] });
    const [everywhere, here] = running.portals.map(({ port }) => ({ host: "127.0.0.1", port, groupTag: 1 }));
    const initiatorName = "iqn.2026-11.test:initiator";
    const ask = (portal: { host: string; port: number }): Promise<unknown> =>
      discover({ portal, initiatorName }, { transport: tcpTransport(clock), random });
    expect(await ask(everywhere!)).toEqual([{ name: testTargetName, portals: [everywhere, here] }]);
    expect(await ask(here!)).toEqual([{ name: testTargetName, portals: [here] }]);
    running.server.announceAt([{ host: "192.0.2.7", port: 3260, groupTag: undefined }], { exclusively: true });
    expect(await ask(here!)).toEqual([{ name: testTargetName, portals: [{ host: "192.0.2.7", port: 3260, groupTag: 1 }] }]);
  });

  it("is one target by both transports, and tells each initiator of the portals that it can use", async () => {
    const running = await start({ listen: [loopback, { ...loopback, transport: iser }] });
    const [tcp, rdma] = running.portals;
    expect(running.portals.map((portal) => portal.transport)).toEqual(["tcp", "iser"]);
    const disk = await openDisk(`iser://${formatPortal(rdma!)}/${testTargetName}/0`);
    opened.push(disk);
    const data = random.bytes(300 * 1024);
    await disk.write(512, data);
    expect(Buffer.compare(await (await open(running)).read(512, data.length), data)).toBe(0);
    for (const [portal, reach] of [
      [tcp!, tcpTransport(clock)],
      [rdma!, iserTransport(clock)],
    ] as const) {
      const found = await discover({ portal, initiatorName: "iqn.2026-11.test:initiator" }, { transport: reach, random });
      expect(found).toEqual([{ name: testTargetName, portals: [{ host: "127.0.0.1", port: portal.port, groupTag: 1 }] }]);
    }
  });

  it("sends initiators on to another target", async () => {
    const there = await start();
    const address = formatPortal(there.portals[0]!);
    const here = await start({ targets: [{ name: testTargetName, luns: [], redirect: { permanent: false, address } }] });
    await writeAndRead(await open(here));
    expect(there.server.sessions).toHaveLength(1);
    expect(here.server.sessions).toHaveLength(0);
  });

  it("listens nowhere when one of its portals is taken", async () => {
    const taken = await start();
    const free = await start();
    await free.close();
    await expect(start({ listen: [placeOf(free), placeOf(taken)] })).rejects.toThrow(/somebody else listens there/);
    await start({ listen: [placeOf(free)] });
  });

  it("closes while initiators are at work, and they see their session end", async () => {
    const running = await start();
    const disk = await open(running);
    const reading = disk.read(0, 1024 * 1024);
    await reading;
    await running.close();
    expect(running.server.statistics).toMatchObject({ sessions: 0, connections: 0 });
  });
});
