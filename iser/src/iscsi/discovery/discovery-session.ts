import type { ConnectionEnd } from "../connection/connection-end.ts";
import type { ConnectionUser } from "../connection/connection-user.ts";
import type { LoggedInConnection } from "../connection/logged-in-connection.ts";
import type { LoginOutcome } from "../login/login-outcome.ts";
import type { TextResponsePdu } from "../pdu/text-response.ts";
import { ProtocolError } from "../protocol-error.ts";
import { type DiscoveredTarget, parseSendTargets, sendTargetsRequest } from "./send-targets.ts";

/** How a discovery ended: with the list, or with how its connection ended. */
export type DiscoveryResult =
  | { readonly kind: "found"; readonly targets: readonly DiscoveredTarget[] }
  | { readonly kind: "failed"; readonly end: ConnectionEnd };

/** More text than this is no list of targets. */
const maxTextBytes = 4 * 1024 * 1024;

/** Nor is what comes in pieces smaller than what everybody takes (RFC 7143, 13.12), some of them empty: such an answer need never end. */
const maxResponses = maxTextBytes / 512;

/**
 * A discovery session (RFC 7143, 4.3 and appendix C): logs in, asks SendTargets=All, gathers the answer over as many Text Responses as the
 * target needs, logs out.
 */
export class DiscoverySession implements ConnectionUser {
  readonly cmdSn = 1;
  /** It sends no commands. */
  readonly awaited = 0;
  readonly #done: (result: DiscoveryResult) => void;
  #connection: LoggedInConnection | undefined = undefined;
  #tag = 0;
  #pieces: Uint8Array[] = [];
  #gathered = 0;
  #result: DiscoveryResult | undefined = undefined;

  /** `done` is called once, when the connection is gone. */
  constructor(done: (result: DiscoveryResult) => void) {
    this.#done = done;
  }

  get hasWork(): boolean {
    return this.#result === undefined;
  }

  onLoggedIn(connection: LoggedInConnection, _outcome: LoginOutcome): void {
    this.#connection = connection;
    this.#tag = connection.sendText(sendTargetsRequest("All"), { final: true });
  }

  onText(pdu: TextResponsePdu, data: Uint8Array): void {
    if (pdu.initiatorTaskTag !== this.#tag) throw new ProtocolError("tag", "a Text Response to a request nobody made (RFC 7143, 11.11.3)");
    this.#gathered += data.length;
    if (this.#gathered > maxTextBytes) throw new ProtocolError("negotiation", `more than ${maxTextBytes} bytes in answer to SendTargets`);
    if (this.#pieces.length === maxResponses)
      throw new ProtocolError("negotiation", `more than ${maxResponses} Text Responses in answer to SendTargets`);
    this.#pieces.push(data.slice());
    if (pdu.final) this.#finish();
    else this.#connection?.sendText(new Uint8Array(0), { final: true, tag: this.#tag, targetTransferTag: pdu.targetTransferTag });
  }

  #finish(): void {
    const text = new Uint8Array(this.#gathered);
    let at = 0;
    for (const piece of this.#pieces) {
      text.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.#result = { kind: "found", targets: parseSendTargets(text) };
    this.#connection?.logout();
  }

  onRejected(tag: number, reason: string): void {
    if (tag === this.#tag) this.#connection?.fail("negotiation", `the target rejected SendTargets: ${reason}`);
  }

  onEnded(_connection: LoggedInConnection, end: ConnectionEnd): void {
    this.#done(this.#result ?? { kind: "failed", end });
  }

  onCommandWindow(): void {}
  onInputDrained(): void {}
  onSweep(): void {}
  onEvent(): void {}
  onTaskManagementResponse(): void {}
  /** A discovery session has no tasks. */
  onResponse(): void {}
  onReleased(): void {}
}
