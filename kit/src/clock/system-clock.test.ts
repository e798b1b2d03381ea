import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SystemClock } from "./system-clock.ts";

const day = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([0, 1, 24 * day, 25 * day, 400 * day])("what is to come after %d ms comes then, and once", (delay) => {
  const action = vi.fn<() => void>();
  new SystemClock().after(delay, action);
  if (delay > 0) vi.advanceTimersByTime(delay - 1);
  if (delay > 0) expect(action).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(action).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(100 * day);
  expect(action).toHaveBeenCalledOnce();
});

test("what never comes does not come at once", () => {
  const action = vi.fn<() => void>();
  const timer = new SystemClock().after(Number.POSITIVE_INFINITY, action);
  vi.advanceTimersByTime(100 * day);
  expect(action).not.toHaveBeenCalled();
  timer.cancel();
  expect(vi.getTimerCount()).toBe(0);
});

test("what was cancelled after a month does not come", () => {
  const action = vi.fn<() => void>();
  const timer = new SystemClock().after(60 * day, action);
  vi.advanceTimersByTime(30 * day);
  timer.cancel();
  vi.advanceTimersByTime(60 * day);
  expect(action).not.toHaveBeenCalled();
});
