import { findExport, type NbdExport, transmissionFlags } from "../export.ts";
import type { ReceiveBuffer } from "../memory/receive-buffer.ts";
import { clientFlagsBytes, encodeGreeting, HandshakeFlag } from "../pdu/greeting.ts";
import { encodeOptionReply, OptionReplyType } from "../pdu/option-reply.ts";
import { decodeOptionHeader, Option, type OptionHeader, optionHeaderBytes } from "../pdu/option-request.ts";
import type { Agreement } from "../transmission/admission.ts";
import { abort } from "./abort.ts";
import { allocationContext, type Haggling, type OptionAnswer, type OptionHandler, refuse } from "./haggling.ts";
import { go, info } from "./info.ts";
import { list } from "./list.ts";
import { listMetaContext, setMetaContext } from "./meta-context.ts";
import { startTls } from "./start-tls.ts";
import { structuredReply } from "./structured-reply.ts";

/** Options that are answered; NBD_OPT_EXPORT_NAME alone has no reply in the common form. */
const handlers: Readonly<Record<number, OptionHandler>> = {
  [Option.abort]: abort,
  [Option.list]: list,
  [Option.startTls]: startTls,
  [Option.info]: info,
  [Option.go]: go,
  [Option.structuredReply]: structuredReply,
  [Option.listMetaContext]: listMetaContext,
  [Option.setMetaContext]: setMetaContext,
};

/** The longest data of an option that is looked at: two of the longest strings (4096 bytes) would do. */
const maximumOptionBytes = 64 * 1024;

/** What the client's flags may hold. They have the same places as ours. */
const knownClientFlags = HandshakeFlag.fixedNewstyle | HandshakeFlag.noZeroes;

/** Where the reserved zeroes of NBD_OPT_EXPORT_NAME's answer end, and where they begin. */
const exportNameAnswerBytes = 134;
const exportNameAnswerUsedBytes = 10;

export interface NegotiationUser {
  /** Bytes for the client. */
  send(bytes: Buffer): void;
  /** The handshake is over: what follows are requests. */
  onAgreement(agreement: Agreement, exported: NbdExport): void;
  /** The client left in good order: the stream ends behind what was sent. */
  onAbort(): void;
  /** The client broke the protocol, or asked by NBD_OPT_EXPORT_NAME for what there is not: the connection ends at once. */
  onFault(message: string): void;
}

/**
 * The handshake, fixed newstyle: greeting, client flags, then options until one of them chooses an export. One option is answered at a time, and
 * the next only when the answer is on its way.
 */
export class Negotiation {
  readonly #input: ReceiveBuffer;
  readonly #user: NegotiationUser;
  readonly #haggling: Haggling;
  #state: "client flags" | "option" | "option data" | "over" = "client flags";
  #zeroes = true;
  #header: OptionHeader = { option: 0, length: 0 };
  /** Data of an option that is too long to be looked at. */
  #unwantedBytes = 0;

  constructor(haggling: Haggling, input: ReceiveBuffer, user: NegotiationUser) {
    this.#haggling = haggling;
    this.#input = input;
    this.#user = user;
  }

  greet(): void {
    this.#user.send(encodeGreeting(HandshakeFlag.fixedNewstyle | HandshakeFlag.noZeroes));
  }

  /** Understands the next thing in the input; false when it is not all there, or the handshake is over. */
  step(): boolean {
    if (this.#unwantedBytes > 0) return this.#skipUnwanted();
    switch (this.#state) {
      case "client flags":
        return this.#input.available >= clientFlagsBytes && this.#readClientFlags();
      case "option":
        return this.#input.available >= optionHeaderBytes && this.#readOptionHeader();
      case "option data":
        return this.#input.available >= this.#header.length && this.#readOptionData();
      case "over":
        return false;
    }
  }

  #readClientFlags(): boolean {
    const flags = this.#input.view.getUint32(this.#input.start);
    this.#input.consume(clientFlagsBytes);
    if ((flags & ~knownClientFlags) !== 0) return this.#fault(`the client set unknown handshake flags (0x${flags.toString(16)})`);
    this.#zeroes = (flags & HandshakeFlag.noZeroes) === 0;
    this.#state = "option";
    return true;
  }

  #readOptionHeader(): boolean {
    const header = decodeOptionHeader(this.#input.memory, this.#input.start);
    if (header === undefined) return this.#fault("the client sent something that is no NBD option");
    this.#input.consume(optionHeaderBytes);
    this.#header = header;
    if (header.length <= maximumOptionBytes) {
      this.#state = "option data";
      // An option without data is whole already, and there may be no memory to look for its data in.
      return header.length > 0 || this.#handle(nothing);
    }
    if (header.option === Option.exportName) return this.#fault("the client asked for an export by a name that no export can have");
    this.#unwantedBytes = header.length;
    this.#answer(refuse(OptionReplyType.tooBig, `at most ${maximumOptionBytes} bytes of data`));
    return true;
  }

  #readOptionData(): boolean {
    const { start } = this.#input;
    // A copy, since answering may be the last thing this connection's memory is used for.
    const data = Buffer.from(this.#input.memory.subarray(start, start + this.#header.length));
    this.#input.consume(data.length);
    return this.#handle(data);
  }

  #handle(data: Buffer): boolean {
    this.#state = "option";
    const { option } = this.#header;
    if (option === Option.exportName) return this.#answerExportName(data.toString("utf8"));
    const handler = handlers[option];
    return this.#answer(handler === undefined ? refuse(OptionReplyType.unsupported, "unknown option") : handler(this.#haggling, data));
  }

  #answer({ replies, outcome }: OptionAnswer): boolean {
    this.#user.send(Buffer.concat(replies.map(({ type, data }) => encodeOptionReply(this.#header.option, type, data))));
    if (outcome === undefined) return true;
    this.#state = "over";
    if (outcome === "abort") this.#user.onAbort();
    else this.#agree(outcome.transmit, outcome.name);
    return false;
  }

  /** The old way to choose an export: no reply header, and no way to say no. */
  #answerExportName(name: string): boolean {
    const exported = findExport(this.#haggling.exports, name);
    if (exported === undefined) return this.#fault(`the client asked for an export "${name}" that does not exist`);
    const answer = Buffer.alloc(this.#zeroes ? exportNameAnswerBytes : exportNameAnswerUsedBytes);
    answer.writeBigUInt64BE(BigInt(exported.device.geometry.size), 0);
    answer.writeUInt16BE(transmissionFlags(exported, this.#haggling.structuredReplies), 8);
    this.#user.send(answer);
    this.#state = "over";
    this.#agree(exported, name);
    return false;
  }

  /** A metadata context counts only for the very name it was selected with. */
  #agree(exported: NbdExport, name: string): void {
    const { structuredReplies, allocationSelectedFor } = this.#haggling;
    const flags = transmissionFlags(exported, structuredReplies);
    const allocationContextId = allocationSelectedFor === name ? allocationContext.id : undefined;
    this.#user.onAgreement({ device: exported.device, flags, structuredReplies, allocationContextId }, exported);
  }

  #skipUnwanted(): boolean {
    const count = Math.min(this.#unwantedBytes, this.#input.available);
    if (count > 0) this.#input.consume(count);
    this.#unwantedBytes -= count;
    return count > 0;
  }

  #fault(message: string): false {
    this.#state = "over";
    this.#user.onFault(message);
    return false;
  }
}

const nothing = Buffer.alloc(0);
