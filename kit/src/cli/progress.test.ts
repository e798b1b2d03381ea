import { describe, expect, it } from "vitest";
import { VirtualClock } from "../clock/index.ts";
import { Progress, transferLine } from "./progress.ts";

function recorder(isTerminal: boolean): {
  written: string[];
  isTerminal: boolean;
  columns: number;
  write(text: string | Uint8Array): void;
} {
  const written: string[] = [];
  return { written, isTerminal, columns: 20, write: (text) => void written.push(String(text)) };
}

describe("Progress", () => {
  it("is silent where nobody watches", () => {
    const output = recorder(false);
    const progress = new Progress(output, new VirtualClock());
    progress.show(() => "half");
    progress.clear();
    expect(output.written).toEqual([]);
  });

  it("redraws at most ten times a second and stays within the line", () => {
    const output = recorder(true);
    const clock = new VirtualClock();
    const progress = new Progress(output, clock);
    let drawn = 0;
    for (let step = 0; step < 100; step++) {
      progress.show(() => `${++drawn} ${"x".repeat(50)}`);
      clock.advance(10);
    }
    expect(drawn).toBe(10);
    expect(output.written[0]).toBe(`\r1 ${"x".repeat(17)}\x1b[K`);
    progress.clear();
    expect(output.written.at(-1)).toBe("\r\x1b[K");
  });
});

describe("transferLine", () => {
  it.each([
    [12 * 1024 ** 2, 1024 ** 3, 100, "12.0 MiB of 1.0 GiB, 1.2%, 120 MiB/s, 8.43 s left"],
    [0, 100, 0, "0 B of 100 B, 0.0%, 0 B/s"],
    [0, 0, 0, "0 B of 0 B, 100.0%, 0 B/s"],
  ])("%d of %d", (done, total, elapsed, line) => {
    expect(transferLine(done, total, elapsed)).toBe(line);
  });

  it("says only what is known without an end", () => {
    expect(transferLine(2048, undefined, 1000)).toBe("2.0 KiB, 2.0 KiB/s");
  });
});
