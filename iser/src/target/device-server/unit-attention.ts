import { AdditionalSense } from "#scsi";
import type { Nexus } from "./nexus.ts";

/** More than this many different conditions for one nexus say no more than a reset would. */
const maxPending = 8;

/**
 * Unit attention conditions of one logical unit, pending per I_T nexus until that nexus was told (SAM-5, 5.14). A nexus without any has no
 * entry, so that the question asked before every command costs one look at a size.
 */
export class UnitAttentions {
  readonly #pending = new Map<Nexus, number[]>();

  /** `code` is an additional sense code. A reset takes the place of everything before it; the same condition is told once. */
  establish(nexus: Nexus, code: number): void {
    const codes = this.#pending.get(nexus);
    if (codes === undefined || isReset(code)) this.#pending.set(nexus, [code]);
    else if (!codes.includes(code) && codes.length < maxPending) codes.push(code);
  }

  /** The condition to tell next, which it clears; undefined when there is none. */
  take(nexus: Nexus): number | undefined {
    if (this.#pending.size === 0) return undefined;
    const codes = this.#pending.get(nexus);
    const code = codes?.shift();
    if (codes?.length === 0) this.#pending.delete(nexus);
    return code;
  }

  /** Forgets one condition, because the nexus learned of it by other means. */
  clear(nexus: Nexus, code: number): void {
    const rest = this.#pending.get(nexus)?.filter((pending) => pending !== code);
    if (rest === undefined) return;
    if (rest.length === 0) this.#pending.delete(nexus);
    else this.#pending.set(nexus, rest);
  }

  forget(nexus: Nexus): void {
    this.#pending.delete(nexus);
  }
}

function isReset(code: number): boolean {
  return code >> 8 === AdditionalSense.powerOnOrReset >> 8 && code !== AdditionalSense.nexusLoss;
}
