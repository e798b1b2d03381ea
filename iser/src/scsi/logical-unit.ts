import type { Clock } from "kit/clock";
import { BlockError } from "#block";
import { encodeInquiry } from "./cdb/inquiry.ts";
import { encodeTestUnitReady } from "./cdb/test-unit-ready.ts";
import { commandError } from "./disk/command-error.ts";
import { judge, maxAttempts, retryDelayMs } from "./disk/verdict.ts";
import { type InitiatorPort, ScsiCommand, ScsiTransportError } from "./initiator-port.ts";
import type { Lun } from "./lun.ts";
import { type SenseData, SenseKey } from "./sense.ts";
import { parseStandardInquiry, type StandardInquiry } from "./vpd/standard-inquiry.ts";
import { vpdPageLength } from "./vpd/vpd-page.ts";

export interface LogicalUnitOptions {
  /** Waits between attempts are its. */
  readonly clock: Clock;
  /** Told of every unit attention; the command that met it is sent again by itself. */
  readonly onUnitAttention?: (sense: SenseData) => void;
  /** Gives up the question under way and refuses further ones, with ECANCELED. */
  readonly signal?: AbortSignal;
}

/** What a logical unit said: data, or that it does not know the command in this form. */
export type Answer =
  | { readonly kind: "data"; readonly data: Uint8Array }
  | { readonly kind: "refused"; readonly sense: SenseData | undefined };

/** What moves with a command: in one direction. */
interface CommandData {
  readonly dataIn?: Uint8Array;
  readonly dataOut?: Uint8Array;
}

/**
 * Questions to a logical unit, each a promise: for opening and for inspection, not for reading and writing. Unit attentions, BUSY and the like are
 * met with a bounded number of further attempts; any other failure rejects with a `BlockError`.
 */
export class LogicalUnit {
  readonly lun: Lun;
  readonly #port: InitiatorPort;
  readonly #options: LogicalUnitOptions;

  constructor(port: InitiatorPort, lun: Lun, options: LogicalUnitOptions) {
    this.#port = port;
    this.lun = lun;
    this.#options = options;
  }

  /** Sends the command that `encode` writes, with room for `allocationLength` bytes of answer; the answer is as long as it came. */
  async ask(encode: (cdb: Uint8Array) => number, allocationLength: number): Promise<Answer> {
    const dataIn = new Uint8Array(allocationLength);
    return await this.#attempt(encode, { dataIn });
  }

  /** Sends the command that `encode` writes, with a parameter list; the answer has no data. */
  async tell(encode: (cdb: Uint8Array) => number, dataOut: Uint8Array): Promise<Answer> {
    return await this.#attempt(encode, { dataOut });
  }

  async #attempt(encode: (cdb: Uint8Array) => number, data: CommandData): Promise<Answer> {
    const buffer = data.dataIn ?? new Uint8Array(0);
    for (let attempt = 1; ; attempt++) {
      const command = await this.#execute(encode, data);
      const { verdict, sense } = judge(command);
      if (sense?.key === SenseKey.unitAttention) this.#options.onUnitAttention?.(sense);
      if (verdict === "done") return { kind: "data", data: buffer.subarray(0, buffer.length - Math.max(0, command.residual)) };
      if (verdict === "refused") return { kind: "refused", sense };
      if (verdict === "failed" || attempt >= maxAttempts) throw commandError(command);
      if (verdict === "retry-later") await this.#pause(retryDelayMs(attempt));
    }
  }

  /** TEST UNIT READY; rejects when the unit is not. */
  async testUnitReady(): Promise<void> {
    await this.ask(encodeTestUnitReady, 0);
  }

  /** Standard INQUIRY data. */
  async inquiry(): Promise<StandardInquiry> {
    // 255 is what a one-byte allocation length can say; SPC-2 targets look at no more.
    const answer = await this.ask((cdb) => encodeInquiry(cdb, { vitalProductData: false, page: 0, allocationLength: 255 }), 255);
    const inquiry = answer.kind === "data" ? parseStandardInquiry(answer.data) : undefined;
    if (inquiry === undefined) throw new BlockError("EIO", `LUN ${this.lun}: the target answers INQUIRY with nothing that can be read`);
    return inquiry;
  }

  /** A vital product data page, header included; `undefined` when the target does not have it. */
  async vpdPage(page: number): Promise<Uint8Array | undefined> {
    for (let allocationLength = 255; ; ) {
      const length = allocationLength;
      const answer = await this.ask((cdb) => encodeInquiry(cdb, { vitalProductData: true, page, allocationLength: length }), length);
      if (answer.kind === "refused") return undefined;
      const wanted = Math.min(vpdPageLength(answer.data), 0xffff);
      if (wanted <= allocationLength) return answer.data;
      // A page may be longer whenever it is asked for, but not for ever.
      allocationLength = Math.min(Math.max(wanted, 2 * allocationLength), 0xffff);
    }
  }

  #execute(encode: (cdb: Uint8Array) => number, { dataIn, dataOut }: CommandData): Promise<ScsiCommand> {
    const { signal } = this.#options;
    if (signal?.aborted === true) return Promise.reject(canceled(signal));
    return new Promise((resolve, reject) => {
      const abort = () => this.#port.abort(command);
      const command = new ScsiCommand(() => {
        signal?.removeEventListener("abort", abort);
        const gaveUp = command.failure instanceof ScsiTransportError && command.failure.reason === "aborted";
        if (signal?.aborted === true && gaveUp) reject(canceled(signal));
        else resolve(command);
      });
      command.lun = this.lun;
      command.cdbLength = encode(command.cdb);
      if (dataIn !== undefined && dataIn.length > 0) command.dataIn = dataIn;
      if (dataOut !== undefined && dataOut.length > 0) command.dataOut = dataOut;
      signal?.addEventListener("abort", abort, { once: true });
      this.#port.execute(command);
    });
  }

  #pause(delayMs: number): Promise<void> {
    const { clock, signal } = this.#options;
    return new Promise((resolve, reject) => {
      const abort = () => {
        timer.cancel();
        if (signal !== undefined) reject(canceled(signal));
      };
      const timer = clock.after(delayMs, () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      });
      signal?.addEventListener("abort", abort, { once: true });
    });
  }
}

function canceled(signal: AbortSignal): BlockError {
  return new BlockError("ECANCELED", "the question was canceled by its AbortSignal", { cause: signal.reason });
}
