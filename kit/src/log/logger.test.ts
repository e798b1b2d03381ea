import { describe, expect, it } from "vitest";
import { Logger, type LogLevel, type LogSink } from "./logger.ts";
import { ndjsonSink } from "./ndjson-sink.ts";
import { Secret } from "./secret.ts";
import { textSink } from "./text-sink.ts";

const wallClock = (): number => Date.UTC(2026, 0, 2, 3, 4, 5, 678);

function written(makeSink: (write: (line: string) => void) => LogSink, use: (logger: Logger) => void): string {
  let text = "";
  const sink = makeSink((line) => {
    text += line;
  });
  use(new Logger(sink, { level: "info", wallClock }));
  return text;
}

describe("Logger", () => {
  it("writes a line for a reader", () => {
    const text = written(textSink, (logger) => {
      logger.debug("too small");
      logger.info("session connected", { target: "iqn.x:y", devices: "da0 da1", absent: undefined, count: 2 });
      logger.with({ session: 3 }).error("login failed", { reason: 'said "no"\nand left', secret: new Secret("swordfish") });
    });
    expect(text).toBe(
      '03:04:05.678 info  session connected target=iqn.x:y devices="da0 da1" count=2\n' +
        '03:04:05.678 error login failed session=3 reason="said \\"no\\"\\nand left" secret=[secret]\n',
    );
  });

  it("writes an object for a machine", () => {
    const text = written(ndjsonSink, (logger) => logger.warn("slow\ntarget", { ms: 12, secret: new Secret("swordfish") }));
    expect(text).toBe('{"time":"2026-01-02T03:04:05.678Z","level":"warn","message":"slow\\ntarget","ms":12,"secret":"[secret]"}\n');
  });

  it("writes what matters now, when that changes", () => {
    let text = "";
    let level: LogLevel = "warn";
    const logger = new Logger(
      textSink((line) => {
        text += line;
      }),
      { level: () => level, wallClock },
    );
    const derived = logger.with({ session: 1 });
    derived.info("not yet");
    level = "debug";
    derived.debug("now");
    expect(text).toBe("03:04:05.678 debug now session=1\n");
  });
});
