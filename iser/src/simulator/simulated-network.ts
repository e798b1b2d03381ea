import type { Clock, Duration, Instant } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { type ConnectOptions, SocketError } from "#socket";
import { type Conditions, type End, SimulatedConnection } from "./simulated-connection.ts";

/** Who is reached by a connection: his end of the stream, or undefined when he refuses. */
export type Accept = () => ByteStreamCore | undefined;

/** A network between two machines: connections on it are delayed, frozen, cut and half cut, and new ones may have to wait. Moves only when it is pumped and when its clock does. */
export class SimulatedNetwork {
  readonly #clock: Clock;
  readonly #conditions: Conditions;
  readonly #accept: Accept;
  #connections: SimulatedConnection[] = [];
  #dirty: End[] = [];
  #downUntil: Instant = 0;
  #opened = 0;

  constructor(clock: Clock, conditions: Conditions, accept: Accept) {
    this.#clock = clock;
    this.#conditions = conditions;
    this.#accept = accept;
  }

  /** Connections of which at least one end is there, oldest first. */
  get connections(): readonly SimulatedConnection[] {
    this.#connections = this.#connections.filter(({ closed }) => !closed);
    return this.#connections;
  }

  /** How many there were. */
  get opened(): number {
    return this.#opened;
  }

  /** Lets everybody say what he has to say. False when there was nothing. */
  pump(): boolean {
    if (this.#dirty.length === 0) return false;
    for (const end of this.#dirty.splice(0)) end.pump();
    return true;
  }

  connect(stream: ByteStreamCore, { connectTimeoutMs = 10_000, signal }: ConnectOptions): void {
    let settled = false;
    const settle = (how: () => void): void => {
      if (settled) return;
      settled = true;
      giveUp.cancel();
      signal?.removeEventListener("abort", abort);
      how();
    };
    const fail = (code: string, why: string): void => settle(() => stream.closed(new SocketError(code, why), this.#clock.now()));
    const abort = (): void => void this.#clock.after(0, () => fail("EABORTED", "given up by the caller"));
    const giveUp = this.#clock.after(connectTimeoutMs, () => fail("ETIMEDOUT", `no answer within ${connectTimeoutMs} ms`));
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted === true) abort();
    this.#reach(() => settle(() => this.#arrive(stream)));
  }

  /** The first packet gets there once the network is up, and is not lost. */
  #reach(there: () => void): void {
    const wait: Duration = Math.max(this.#downUntil - this.#clock.now(), 0) + this.#conditions.latency() * 2;
    this.#clock.after(wait, () => (this.#downUntil > this.#clock.now() ? this.#reach(there) : there()), { background: true });
  }

  #arrive(stream: ByteStreamCore): void {
    const core = this.#accept();
    if (core === undefined) {
      stream.closed(new SocketError("ECONNREFUSED", "connection refused: nothing listens there"), this.#clock.now());
      return;
    }
    const name = `connection ${++this.#opened}`;
    this.#connections.push(new SimulatedConnection(name, [stream, core], this.#clock, this.#conditions, (end) => this.#dirty.push(end)));
  }

  /** Nothing passes for so long, and nothing is lost. */
  freeze(span: Duration): void {
    this.#downUntil = Math.max(this.#downUntil, this.#clock.now() + span);
    for (const connection of this.connections) connection.freeze(this.#downUntil);
  }

  /** Nobody can connect for so long. */
  close(span: Duration): void {
    this.#downUntil = Math.max(this.#downUntil, this.#clock.now() + span);
  }
}
