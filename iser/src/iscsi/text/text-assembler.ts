import { ProtocolError } from "../protocol-error.ts";
import { parseText, type TextPair } from "./text-pair.ts";

/** Puts text together that is spread over several PDUs by the C bit; a pair may be cut anywhere (RFC 7143, 6.1). */
export class TextAssembler {
  readonly #maxBytes: number;
  #pieces: Uint8Array[] = [];
  #gathered = 0;

  /** More than `maxBytes` in one text is refused before it is kept. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the data segment of the next PDU (borrowed until return): the pairs when the text is complete, undefined when it goes on. */
  append(data: Uint8Array, continues: boolean): TextPair[] | undefined {
    if (this.#gathered + data.length > this.#maxBytes) {
      throw new ProtocolError("negotiation", `text of more than ${this.#maxBytes} bytes`);
    }
    if (!continues && this.#gathered === 0) return parseText(data);
    if (data.length > 0) this.#pieces.push(data.slice());
    this.#gathered += data.length;
    return continues ? undefined : parseText(this.#take());
  }

  #take(): Uint8Array {
    const text = new Uint8Array(this.#gathered);
    let at = 0;
    for (const piece of this.#pieces) {
      text.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.#gathered = 0;
    return text;
  }
}

/** Cuts text into the data segments of consecutive PDUs, all but the last with the C bit. At least one; views of `text`. */
export function splitText(text: Uint8Array, maxDataSegmentLength: number): Uint8Array[] {
  const pieces = [text.subarray(0, maxDataSegmentLength)];
  for (let at = maxDataSegmentLength; at < text.length; at += maxDataSegmentLength) {
    pieces.push(text.subarray(at, at + maxDataSegmentLength));
  }
  return pieces;
}
