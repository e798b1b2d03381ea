import { SeededRandom, VirtualClock } from "kit/clock";
import { expect, it } from "vitest";
import { listen, type TcpAddress } from "#socket";
import { discover } from "./discover.ts";
import { iserTransport, type Transport, tcpTransport } from "./transport.ts";

const clock = new VirtualClock();

/** A portal that takes a connection and says nothing. */
function mute(transport: Transport): Transport {
  return { createDatamover: () => transport.createDatamover(), connect: (stream) => stream.opened(() => {}, clock.now()) };
}

it.each([
  ["iSCSI", tcpTransport(clock)],
  ["iSER", iserTransport(clock)],
])("whoever gives a portal up that does not answer over %s waits no longer", async (_, transport) => {
  const abandon = new AbortController();
  const portal = { host: "192.0.2.1", port: 3260 };
  const asked = discover(
    { portal, initiatorName: "iqn.2026-11.test:me" },
    { transport: mute(transport), random: new SeededRandom(1) },
    abandon.signal,
  );
  const reason = new Error("enough");
  abandon.abort(reason);
  await expect(asked).rejects.toBe(reason);
});

it("goes over TCP unless told otherwise", async () => {
  const closed = await listen({ host: "127.0.0.1", port: 0 }, () => undefined, clock);
  const portal = closed.address as TcpAddress;
  await closed.close();
  await expect(discover({ portal, initiatorName: "iqn.2026-11.test:me" })).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
