import type { Clock } from "kit/clock";
import { BlockError } from "#block";
import { encodeReportTimestamp, parseTimestamp, TimestampOrigin, timestampLength } from "../cdb/report-timestamp.ts";
import type { InitiatorPort } from "../initiator-port.ts";
import { LogicalUnit } from "../logical-unit.ts";
import type { Lun } from "../lun.ts";
import { describeSense, type SenseData } from "../sense.ts";
import type { Stake, UnflushedWrites } from "./unflushed-writes.ts";

export interface CacheInquestOptions {
  readonly clock: Clock;
  /** Gives the question up; the cache then counts as lost. */
  readonly signal: AbortSignal;
  /** Told of unit attentions that met the question, which another user of the unit may have been meant to hear. */
  readonly onUnitAttention: (sense: SenseData) => void;
  /** Told what flushes are going to say. */
  readonly onLost: (error: BlockError) => void;
  /** Told when it is decided. */
  readonly onVerdict: () => void;
}

/** What a unit attention is taken for when the target cannot be asked. */
type Presumption = "lost" | "kept";

interface Suspicion {
  readonly sense: SenseData;
  readonly presumption: Presumption;
  /** What there was to lose when the target said so: what it acknowledged later is safe. */
  readonly stake: Stake;
}

/**
 * Finds out whether a reset took unflushed writes with it. A target that tells for how long it has been on (REPORT TIMESTAMP, counting from power on) settles it: what was acknowledged
 * since then is still there. On any other target, a path to the unit that was there all the time
 * may know better (`wasUnharmedSince`); else a reset while there are unflushed writes counts as their loss: an error that was not needed costs less than data that is missed. The loss of
 * a nexus costs no other target anything, as it says; one that tells the time is asked then too, since the response that told of a power on may have been lost with an earlier connection.
 */
export class CacheInquest {
  readonly #port: InitiatorPort;
  readonly #unit: LogicalUnit;
  readonly #unflushed: UnflushedWrites;
  readonly #options: CacheInquestOptions;
  #pending: Suspicion | undefined = undefined;
  #asking = false;
  #tellsTime = true;

  constructor(port: InitiatorPort, lun: Lun, unflushed: UnflushedWrites, options: CacheInquestOptions) {
    const { clock, signal, onUnitAttention } = options;
    this.#port = port;
    this.#unit = new LogicalUnit(port, lun, { clock, signal, onUnitAttention });
    this.#unflushed = unflushed;
    this.#options = options;
  }

  /** Whether it is undecided: no flush may be said to be done. */
  get isOpen(): boolean {
    return this.#asking;
  }

  /** The target says `sense`, after which its cache may be another than it was. */
  open(sense: SenseData, presumption: Presumption): void {
    const stake = this.#unflushed.atStake;
    if (stake === undefined) return;
    // Of two before there is an answer, the later knows of more writes; either may say the worse.
    this.#pending = this.#pending?.presumption === "lost" ? { ...this.#pending, stake } : { sense, presumption, stake };
    if (!this.#asking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    for (let suspicion = this.#pending; suspicion !== undefined; suspicion = this.#pending) {
      this.#pending = undefined;
      const answer = this.#tellsTime ? await this.#isKept(suspicion.stake) : undefined;
      const isKept = answer ?? (suspicion.presumption === "kept" || (await this.#isVouchedFor(suspicion)));
      if (!isKept) this.#lose(suspicion);
    }
    this.#asking = false;
    this.#options.onVerdict();
  }

  /** Undefined when the target does not say. */
  async #isKept({ since }: Stake): Promise<boolean | undefined> {
    try {
      const answer = await this.#unit.ask(encodeReportTimestamp, timestampLength);
      const timestamp = answer.kind === "data" ? parseTimestamp(answer.data) : undefined;
      if (timestamp?.origin === TimestampOrigin.powerOn) return since >= this.#options.clock.now() - timestamp.ms;
      this.#tellsTime = false;
      return undefined;
    } catch (error) {
      if (!(error instanceof BlockError)) throw error;
      return undefined;
    }
  }

  /** Another path to the unit, whose nexus was there all the time, was told nothing of the kind. */
  async #isVouchedFor({ stake, sense }: Suspicion): Promise<boolean> {
    return (await this.#port.wasUnharmedSince?.(stake.since, sense)) ?? false;
  }

  #lose({ sense, stake }: Suspicion): void {
    const happened = describeSense(sense);
    const message = `the target was restarted or reset (${happened}): writes it had acknowledged since the last flush may be lost with its cache; check the data, and write again what was not flushed`;
    const error = new BlockError("EIO", message);
    this.#unflushed.lose(error, stake);
    this.#options.onLost(error);
  }
}
