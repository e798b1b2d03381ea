import type { ByteStreamCore } from "#bytes";
import type { Transport } from "#initiator";
import { type ConnectOptions, formatAddress, type TcpAddress } from "#socket";
import type { LinkTransport } from "../link-transport.ts";
import type { LoginTurn, LoginTurns } from "./login-turns.ts";

/** A transport whose connections wait until a login at their portal may begin. */
export class LoginTurnTransport implements LinkTransport {
  readonly createDatamover: Transport["createDatamover"];
  readonly #transport: LinkTransport;
  readonly #turns: LoginTurns;
  #turn: LoginTurn | undefined = undefined;
  /** Makes the connection that waits for its turn; harmless once it is made. */
  #begin: () => void = () => {};

  constructor(transport: LinkTransport, turns: LoginTurns) {
    this.createDatamover = () => transport.createDatamover();
    this.#transport = transport;
    this.#turns = turns;
  }

  get localAddress(): string | undefined {
    return this.#transport.localAddress;
  }

  /** Connects when its turn comes. Who gives the attempt up hears of it at once, from the transport below. */
  connect(stream: ByteStreamCore, address: TcpAddress, options: ConnectOptions): void {
    this.loginEnded();
    const { signal } = options;
    let begun = false;
    const begin = (): void => {
      if (begun) return;
      begun = true;
      signal?.removeEventListener("abort", giveUp);
      this.#transport.connect(stream, address, options);
    };
    const giveUp = (): void => this.loginEnded();
    signal?.addEventListener("abort", giveUp, { once: true });
    this.#begin = begin;
    this.#turn = this.#turns.take(formatAddress(address), begin);
  }

  /**
   * The login that `connect` was for has an outcome, or is not wanted any more: the next may begin. A connection that was never made has to be, because its core is
   * told of its end by it; it has nothing to say and closes at once.
   */
  loginEnded(): void {
    this.#turn?.end();
    this.#turn = undefined;
    this.#begin();
  }
}
