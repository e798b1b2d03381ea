import { SeededRandom } from "kit/clock";
import { describe, expect, it } from "vitest";
import { defaultBackOff, ReconnectDelay } from "./reconnect-delay.ts";

describe("reconnect delay", () => {
  it("doubles up to its limit, never more than a quarter off", () => {
    const delay = new ReconnectDelay(defaultBackOff, new SeededRandom(1));
    for (let failure = 0; failure < 12; failure += 1) {
      const nominal = Math.min(30_000, 200 * 2 ** failure);
      const actual = delay.next(0);
      expect(actual).toBeGreaterThanOrEqual(nominal * 0.75);
      expect(actual).toBeLessThanOrEqual(nominal * 1.25);
    }
  });

  it("is short behind a login: who can log in need not wait for the target", () => {
    const delay = new ReconnectDelay(defaultBackOff, new SeededRandom(3));
    for (let cut = 0; cut < 20; cut += 1) expect(delay.next(1000)).toBeLessThanOrEqual(defaultBackOff.mostAfterLoginMs * 1.25);
  });

  it("is that of a first failure when a login fails behind many that succeeded", () => {
    const delay = new ReconnectDelay(defaultBackOff, new SeededRandom(4));
    for (let cut = 0; cut < 20; cut += 1) delay.next(500);
    expect(delay.next(0)).toBeLessThanOrEqual(1600 * 1.25);
    expect(delay.next(0)).toBeGreaterThanOrEqual(3200 * 0.75);
  });

  it("starts over after a stable connection, not after a short success", () => {
    const delay = new ReconnectDelay(defaultBackOff, new SeededRandom(2));
    for (let failure = 0; failure < 6; failure += 1) delay.next(0);
    expect(delay.next(0)).toBeGreaterThan(5000);
    expect(delay.next(500)).toBeGreaterThan(700);
    expect(delay.next(defaultBackOff.stableMs)).toBeLessThanOrEqual(250);
  });
});
