import { ProtocolError, RejectReason, reservedTag, splitText, TextAssembler, type TextPair, type TextRequestPdu } from "#iscsi";
import type { RejectReasonCode } from "./gate.ts";

/** What a Text Request is answered with. */
export type TextStep =
  | {
      readonly kind: "respond";
      readonly final: boolean;
      readonly continues: boolean;
      /** `reservedTag` when the exchange is over. */
      readonly targetTransferTag: number;
      readonly data: Uint8Array;
    }
  | { readonly kind: "reject"; readonly reason: RejectReasonCode };

/** The text of one answer, from the pairs of one request. */
export type TextAnswer = (pairs: readonly TextPair[]) => Uint8Array;

const nothing = new Uint8Array(0);

/**
 * Text Requests of one connection (RFC 7143, 11.10 and 11.11): there is at most one exchange at a time. Text may be spread over several PDUs in
 * both directions; the Target Transfer Tag says which exchange the next one belongs to.
 */
export class TextExchange {
  readonly #maxTextBytes: number;
  #nextTag = 1;
  /** Of the exchange that goes on; `reservedTag` when there is none. */
  #targetTransferTag = reservedTag;
  #initiatorTaskTag = reservedTag;
  #question: TextAssembler;
  /** Pieces of the answer that are still to be fetched. */
  #rest: Uint8Array[] = [];

  constructor(maxTextBytes: number) {
    this.#maxTextBytes = maxTextBytes;
    this.#question = new TextAssembler(maxTextBytes);
  }

  /** Takes one request. `data` is borrowed until return; so is the answer's, until the next call. */
  handle(request: TextRequestPdu, data: Uint8Array, maxDataSegmentLength: number, answer: TextAnswer): TextStep {
    if (request.targetTransferTag === reservedTag) this.#start(request.initiatorTaskTag);
    else if (request.targetTransferTag !== this.#targetTransferTag || request.initiatorTaskTag !== this.#initiatorTaskTag) {
      return this.#refuse(RejectReason.invalidPduField);
    }
    try {
      if (this.#rest.length === 0) {
        const pairs = this.#question.append(data, request.continues);
        if (pairs === undefined) return this.#respond(nothing, false, false);
        this.#rest = splitText(answer(pairs), maxDataSegmentLength);
      } else if (data.length > 0 || request.continues) {
        // Whoever is being told something long may only ask for more of it (RFC 7143, 11.10.4).
        return this.#refuse(RejectReason.protocolError);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return this.#refuse(RejectReason.protocolError);
    }
    const piece = this.#rest.shift() ?? nothing;
    const continues = this.#rest.length > 0;
    return this.#respond(piece, request.final && !continues, continues);
  }

  /** A request without a tag begins anew, whatever went on before. */
  #start(initiatorTaskTag: number): void {
    this.#initiatorTaskTag = initiatorTaskTag;
    this.#targetTransferTag = reservedTag;
    this.#question = new TextAssembler(this.#maxTextBytes);
    this.#rest = [];
  }

  #respond(data: Uint8Array, final: boolean, continues: boolean): TextStep {
    if (final) this.#start(reservedTag);
    else this.#targetTransferTag = this.#newTag();
    return { kind: "respond", final, continues, targetTransferTag: this.#targetTransferTag, data };
  }

  #refuse(reason: RejectReasonCode): TextStep {
    this.#start(reservedTag);
    return { kind: "reject", reason };
  }

  #newTag(): number {
    const tag = this.#nextTag;
    this.#nextTag = tag === reservedTag - 1 ? 1 : tag + 1;
    return tag;
  }
}
