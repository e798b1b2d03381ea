import { encodeExportChoice } from "../pdu/export-choice.ts";
import { InfoType } from "../pdu/export-information.ts";
import { clientFlagsBytes, decodeGreeting, greetingBytes, HandshakeFlag } from "../pdu/greeting.ts";
import { decodeOptionReply, OptionReplyType, optionReplyHeaderBytes } from "../pdu/option-reply.ts";
import { encodeOption, Option } from "../pdu/option-request.ts";
import { NbdClientError } from "./client-error.ts";
import { type ExportDescription, ExportDescriptionReader } from "./export-description.ts";

/** No reply of the handshake that we ask for is longer: strings of the protocol have at most 4096 bytes. */
const longestReply = optionReplyHeaderBytes + 8192;

/** What a handshake is about: to use the export (NBD_OPT_GO), or only to hear about it (NBD_OPT_INFO). */
export type Purpose = "go" | "info";

/**
 * The client's part of the fixed newstyle handshake: bytes in, bytes out. Over when `description` is there; bytes behind the handshake stay in `rest`.
 * Whatever a server may not say throws an NbdClientError.
 */
export class ClientNegotiation {
  readonly #exportName: string;
  readonly #purpose: Purpose;
  readonly #information = new ExportDescriptionReader();
  #greeted = false;
  #rest: Buffer = Buffer.alloc(0);
  description: ExportDescription | undefined = undefined;

  constructor(exportName: string, purpose: Purpose) {
    this.#exportName = exportName;
    this.#purpose = purpose;
  }

  /** Bytes that came and are not understood yet. */
  get rest(): Buffer {
    return this.#rest;
  }

  /** Takes what came; returns what is to be said to it. */
  receive(chunk: Uint8Array): readonly Uint8Array[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const answers: Uint8Array[] = [];
    if (!this.#greeted) this.#greet(answers);
    if (this.#greeted) while (this.description === undefined && this.#takeReply());
    return answers;
  }

  #greet(answers: Uint8Array[]): void {
    if (this.#rest.length < greetingBytes) return;
    const flags = decodeGreeting(this.#rest);
    if (flags === undefined || (flags & HandshakeFlag.fixedNewstyle) === 0)
      throw new NbdClientError("what answers is no NBD server with fixed newstyle negotiation");
    this.#rest = this.#rest.subarray(greetingBytes);
    this.#greeted = true;
    const clientFlags = Buffer.alloc(clientFlagsBytes);
    clientFlags.writeUInt32BE(flags & (HandshakeFlag.fixedNewstyle | HandshakeFlag.noZeroes));
    const choice = encodeExportChoice({ name: this.#exportName, informationRequests: [InfoType.description, InfoType.blockSize] });
    answers.push(clientFlags, encodeOption(this.#option, choice));
  }

  get #option(): number {
    return this.#purpose === "go" ? Option.go : Option.info;
  }

  /** Whether there may be another reply in what came. */
  #takeReply(): boolean {
    const reply = decodeOptionReply(this.#rest);
    if (reply === undefined) {
      const whole = this.#rest.length >= optionReplyHeaderBytes ? optionReplyHeaderBytes + this.#rest.readUInt32BE(16) : 0;
      // Not whole yet, or nothing that will ever be: told apart before it is waited for.
      if (whole > longestReply || (whole > 0 && whole <= this.#rest.length))
        throw new NbdClientError("the NBD server answered with something that is no option reply");
      return false;
    }
    this.#rest = this.#rest.subarray(optionReplyHeaderBytes + reply.data.length);
    if (reply.option !== this.#option) throw new NbdClientError(`the NBD server answered option ${reply.option}, which was not asked`);
    this.#act(reply.type, reply.data);
    return true;
  }

  #act(type: number, data: Buffer): void {
    switch (type) {
      case OptionReplyType.info:
        if (!this.#information.take(data)) throw new NbdClientError("the NBD server described its export in a way that cannot be");
        return;
      case OptionReplyType.ack:
        this.description = this.#information.description;
        if (this.description === undefined) throw new NbdClientError("the NBD server did not say how large its export is");
        return;
      case OptionReplyType.unknown:
        throw new NbdClientError(`the NBD server has no export "${this.#exportName}"`, { exportMissing: true });
      default: {
        const sentence = data.toString("utf8").trim();
        throw new NbdClientError(`the NBD server refused export "${this.#exportName}": ${sentence || `error 0x${type.toString(16)}`}`);
      }
    }
  }
}
