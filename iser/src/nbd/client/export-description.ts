import { decodeBlockSizeInformation, decodeExportInformation, InfoType } from "../pdu/export-information.ts";

/** What a server says about an export when a client chooses it. */
export interface ExportDescription {
  /** In bytes. */
  readonly size: number;
  /** `TransmissionFlag`s. */
  readonly flags: number;
  readonly minimumBlockSize: number;
  readonly preferredBlockSize: number;
  readonly maximumPayload: number;
  /** For people; what the disk is, where the server says it. */
  readonly text: string | undefined;
}

/** What holds of an export whose server says nothing about sizes (NBD protocol, "Block size constraints"). */
const unsaid = { minimumBlockSize: 512, preferredBlockSize: 4096, maximumPayload: 32 * 1024 * 1024 };

/** Puts together what comes in NBD_REP_INFO messages. */
export class ExportDescriptionReader {
  #export: { readonly size: number; readonly transmissionFlags: number } | undefined = undefined;
  #sizes = unsaid;
  #text: string | undefined = undefined;

  /** Takes one message; false when it is none that a server may send. Information of unknown types is passed over. */
  take(data: Buffer): boolean {
    if (data.length < 2) return false;
    switch (data.readUInt16BE(0)) {
      case InfoType.export:
        this.#export = decodeExportInformation(data);
        return this.#export !== undefined;
      case InfoType.blockSize:
        return this.#takeSizes(data);
      case InfoType.description:
        this.#text = data.toString("utf8", 2);
        return true;
      default:
        return true;
    }
  }

  /** What is known; undefined when the one thing that must be said was not. */
  get description(): ExportDescription | undefined {
    if (this.#export === undefined) return undefined;
    const { size, transmissionFlags } = this.#export;
    return { size, flags: transmissionFlags, ...this.#sizes, text: this.#text };
  }

  #takeSizes(data: Buffer): boolean {
    const said = decodeBlockSizeInformation(data);
    if (said === undefined) return false;
    const { minimum, preferred, maximumPayload } = said;
    if (!isPowerOfTwo(minimum) || minimum > 65536 || !isPowerOfTwo(preferred) || preferred < minimum || maximumPayload < minimum)
      return false;
    // A server that takes single bytes is asked for sectors all the same.
    this.#sizes = { minimumBlockSize: Math.max(512, minimum), preferredBlockSize: Math.max(512, preferred), maximumPayload };
    return true;
  }
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && (value & (value - 1)) === 0;
}

/** Whether what a server describes now can be what it described before. It may have grown or shrunk; it may not have become something else. */
export function sameDisk(before: ExportDescription, now: ExportDescription): boolean {
  return (
    before.minimumBlockSize === now.minimumBlockSize && (before.text === undefined || now.text === undefined || before.text === now.text)
  );
}
