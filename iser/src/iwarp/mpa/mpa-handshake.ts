import { RdmaError } from "../rdmap/rdma-error.ts";
import { TerminateCode } from "../rdmap/terminate-code.ts";
import {
  acceptMpaRequest,
  agreeOnMpaReply,
  type MpaAgreement,
  type MpaWishes,
  mpaRequest,
  refusalOf,
  rejectMpaRequest,
} from "./mpa-agreement.ts";
import { enhancedLength, type MpaFrame, maxPrivateDataLength, writeMpaFrame } from "./mpa-frame.ts";
import { MpaFrameReader } from "./mpa-frame-reader.ts";

/** Who asks (connects) and who answers. */
export type MpaRole = "initiator" | "responder";

/**
 * One end of the exchange that opens an MPA connection (RFC 5044, 7.1): the initiator asks and waits, the responder answers once, and nobody says anything else
 * meanwhile. Methods throw RdmaError for what the peer did wrong.
 */
export class MpaHandshake {
  readonly #role: MpaRole;
  readonly #wishes: MpaWishes;
  readonly #reader: MpaFrameReader;

  constructor(role: MpaRole, wishes: MpaWishes) {
    this.#role = role;
    this.#wishes = wishes;
    this.#reader = new MpaFrameReader(role === "initiator" ? "reply" : "request");
  }

  /** The peer's frame, once it is complete. Its private data is a view. */
  get frame(): MpaFrame | undefined {
    return this.#reader.frame;
  }

  /** Takes bytes of the peer's frame; returns where they ended and FPDUs may begin. */
  receive(chunk: Uint8Array): number {
    const at = this.#reader.frame === undefined ? this.#reader.take(chunk, 0, chunk.length) : 0;
    if (this.#role === "responder" && this.#reader.frame !== undefined && at < chunk.length) {
      const message = "the initiator sent more than its MPA request before it was answered (RFC 5044, 7.1.2)";
      throw new RdmaError("peer", message, TerminateCode.mpaFrame);
    }
    return at;
  }

  /** Initiator: the request to send. */
  request(privateData: Uint8Array): Uint8Array {
    checkPrivateData(privateData);
    return writeMpaFrame(mpaRequest(this.#wishes, privateData));
  }

  /** Initiator: what the reply means. */
  agree(reply: MpaFrame): MpaAgreement {
    return agreeOnMpaReply(this.#wishes, reply);
  }

  /** Responder: why the request cannot be served, whatever the consumer thinks. */
  refusal(request: MpaFrame): RdmaError | undefined {
    return refusalOf(request);
  }

  /** Responder: the reply to send, and what holds from then on. */
  accept(request: MpaFrame, privateData: Uint8Array): { readonly reply: Uint8Array; readonly agreement: MpaAgreement } {
    checkPrivateData(privateData);
    const { reply, agreement } = acceptMpaRequest(this.#wishes, request, privateData);
    return { reply: writeMpaFrame(reply), agreement };
  }

  /** Responder: the refusal to send. */
  reject(request: MpaFrame, privateData: Uint8Array): Uint8Array {
    checkPrivateData(privateData);
    return writeMpaFrame(rejectMpaRequest(request, privateData));
  }
}

function checkPrivateData(privateData: Uint8Array): void {
  const limit = maxPrivateDataLength - enhancedLength;
  if (privateData.length > limit) throw new RangeError(`${privateData.length} bytes of private data: ${limit} are possible`);
}
