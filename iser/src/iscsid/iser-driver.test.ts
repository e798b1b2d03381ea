import { Logger, type LogRecord } from "kit/log";
import { beforeEach, describe, expect, it } from "vitest";
import { SoftwareQueuePair } from "#iwarp";
import { TestConsumer } from "../iwarp/testing/test-consumer.ts";
import { mpaFrame, WirePeer } from "../iwarp/testing/wire-peer.ts";
import { IserDriver } from "./iser-driver.ts";
import { LoggedQueuePair } from "./logged-queue-pair.ts";

let said: string[];
let driver: IserDriver;
beforeEach(() => {
  said = [];
  const log = new Logger((record: LogRecord) => said.push(record.message), { level: "debug", wallClock: () => 0 });
  driver = new IserDriver(log);
});

/** An attempt to connect, and how it ends. Those that get nowhere have no stream. */
function attempt(peer: string, end: (queuePair: SoftwareQueuePair) => void): void {
  const queuePair = new SoftwareQueuePair({ role: "initiator", firstFpduDelayMs: 0 });
  const consumer = new TestConsumer(new LoggedQueuePair(queuePair, driver, peer));
  consumer.queuePair.connect(new Uint8Array(4));
  end(queuePair);
}

const refused = (queuePair: SoftwareQueuePair): void => queuePair.closed(new Error("connection refused"), 0);
const unreachable = (queuePair: SoftwareQueuePair): void => queuePair.closed(new Error("no route to host"), 0);
const notMpa = (queuePair: SoftwareQueuePair): void => {
  const wire = new WirePeer(queuePair);
  wire.sendBytes(Buffer.from("HTTP/1.1 400 Bad Request"));
  wire.close();
};
const connected = (queuePair: SoftwareQueuePair): void => {
  new WirePeer(queuePair).sendBytes(mpaFrame("Rep", 0x10, 2, Buffer.of(0, 1, 0, 1)));
  queuePair.closed(new Error("the connection was reset"), 0);
};

describe("a target over iSER that is tried again and again", () => {
  it("is an error once for each reason, and again after it was there", () => {
    for (const end of [refused, refused, refused, unreachable, unreachable, notMpa, notMpa, refused, connected, refused, refused])
      attempt("a:3260", end);
    expect(said).toEqual([
      "ERROR: onDisconnected: no connection with a:3260: connection refused",
      "ERROR: onDisconnected: no connection with a:3260: no route to host",
      expect.stringMatching(/^ERROR: onFault: a:3260: .*does not speak MPA/),
      "ERROR: onDisconnected: no connection with a:3260: connection refused",
      "ERROR: onDisconnected: no connection with a:3260: connection refused",
    ]);
  });

  it("does not hide what is wrong with another", () => {
    attempt("a:3260", refused);
    attempt("b:3260", refused);
    attempt("a:3260", refused);
    expect(said).toHaveLength(2);
  });

  it("is heard of each time by who listens to warnings", () => {
    driver.debug = 1;
    for (const end of [refused, refused]) attempt("a:3260", end);
    expect(said.map((line) => line.split(":")[0])).toEqual(["ERROR", "WARNING"]);
  });
});
