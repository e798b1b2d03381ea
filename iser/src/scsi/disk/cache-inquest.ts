import type { Clock } from "kit/clock";
import { BlockError } from "#block";
import { encodeReportTimestamp, parseTimestamp, TimestampOrigin, timestampLength } from "../cdb/report-timestamp.ts";
import type { InitiatorPort } from "../initiator-port.ts";
import { LogicalUnit } from "../logical-unit.ts";
import type { Lun } from "../lun.ts";
import { describeSense, type SenseData } from "../sense.ts";
import type { UnflushedWrites } from "./unflushed-writes.ts";

export interface CacheInquestOptions {
  readonly clock: Clock;
  /** Gives the question up; the cache then counts as lost. */
  readonly signal: AbortSignal;
  /** Told of unit attentions that met the question, which another user of the unit may have been meant to hear. */
  readonly onUnitAttention: (sense: SenseData) => void;
  /** Told when it is decided. */
  readonly onVerdict: () => void;
}

/**
 * Finds out whether a reset took unflushed writes with it. A target that tells for how long it has been on (REPORT TIMESTAMP, counting from power on) settles it: what was acknowledged
 * since then is still there. From any other target, a reset while there are unflushed writes counts as their loss: an error that was not needed costs less than data that is missed.
 */
export class CacheInquest {
  readonly #unit: LogicalUnit;
  readonly #unflushed: UnflushedWrites;
  readonly #options: CacheInquestOptions;
  #pending: SenseData | undefined = undefined;
  #asking = false;
  #tellsTime = true;

  constructor(port: InitiatorPort, lun: Lun, unflushed: UnflushedWrites, options: CacheInquestOptions) {
    const { clock, signal, onUnitAttention } = options;
    this.#unit = new LogicalUnit(port, lun, { clock, signal, onUnitAttention });
    this.#unflushed = unflushed;
    this.#options = options;
  }

  /** Whether it is undecided: no flush may be said to be done. */
  get isOpen(): boolean {
    return this.#asking;
  }

  /** The target says `sense`: a reset that may have cost it its cache. */
  open(sense: SenseData): void {
    if (this.#unflushed.since === undefined) return;
    this.#pending = sense;
    if (!this.#asking && this.#tellsTime) void this.#ask();
    else if (!this.#asking) this.#lose(sense);
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    for (let sense = this.#pending; sense !== undefined; sense = this.#pending) {
      this.#pending = undefined;
      if (!(await this.#isKept())) this.#lose(sense);
    }
    this.#asking = false;
    this.#options.onVerdict();
  }

  async #isKept(): Promise<boolean> {
    try {
      const answer = await this.#unit.ask(encodeReportTimestamp, timestampLength);
      if (answer.kind === "refused") this.#tellsTime = false;
      const timestamp = answer.kind === "data" ? parseTimestamp(answer.data) : undefined;
      const { since } = this.#unflushed;
      if (since === undefined) return true;
      return timestamp?.origin === TimestampOrigin.powerOn && since >= this.#options.clock.now() - timestamp.ms;
    } catch (error) {
      if (!(error instanceof BlockError)) throw error;
      return false;
    }
  }

  #lose(sense: SenseData): void {
    const happened = describeSense(sense);
    const message = `the target was restarted or reset (${happened}): writes it had acknowledged since the last flush may be lost with its cache; check the data, and write again what was not flushed`;
    this.#unflushed.lose(new BlockError("EIO", message));
  }
}
