import { setTimeout as sleep } from "node:timers/promises";
import { patienceMs } from "./child-process.ts";

/** Waits for what is not announced by asking again and again. Fails with `trouble`, or else with what was asked, when it does not come to that. */
export async function untilItIsSo(isSo: () => Promise<boolean> | boolean, trouble?: () => Promise<string> | string): Promise<void> {
  for (const deadline = performance.now() + patienceMs; !(await isSo()); await sleep(20)) {
    if (performance.now() > deadline) throw new Error(`it did not come to that: ${(await trouble?.()) ?? isSo.toString()}`);
  }
}
