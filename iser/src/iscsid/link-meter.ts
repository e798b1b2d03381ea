import { type DatamoverCounters, type InitiatorConnection, LoginError, ProtocolError } from "#iscsi";
import { SocketError } from "#socket";

/** What a link has done so far, all its connections together. */
export interface LinkCounters {
  readonly logins: number;
  /** Connections in full feature phase that were lost. */
  readonly losses: number;
  /** Logins that failed, by the reason in a word or two. */
  readonly loginFailures: ReadonlyMap<string, number>;
  readonly commands: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly payloadBytes: number;
  /** Payload bytes that user space copied on their way. */
  readonly payloadBytesCopied: number;
  /** Round trip of the last ping, in milliseconds. */
  readonly pingMs: number | undefined;
}

type Bytes = Pick<DatamoverCounters, "bytesSent" | "bytesReceived" | "payloadBytes" | "payloadBytesCopied">;

/** Adds up what one connection after the other counts. */
export class LinkMeter {
  readonly #loginFailures = new Map<string, number>();
  readonly #past = { bytesSent: 0, bytesReceived: 0, payloadBytes: 0, payloadBytesCopied: 0 };
  #connection: InitiatorConnection | undefined = undefined;
  #losses = 0;

  /** The link's connection is this one now; the one before is over. */
  follow(connection: InitiatorConnection | undefined): void {
    if (connection === this.#connection) return;
    const over = this.#connection;
    if (over !== undefined) {
      this.#past.bytesSent += over.datamover.counters.bytesSent;
      this.#past.bytesReceived += over.datamover.counters.bytesReceived;
      this.#past.payloadBytes += over.datamover.counters.payloadBytes;
      this.#past.payloadBytesCopied += over.datamover.counters.payloadBytesCopied;
    }
    this.#connection = connection;
  }

  /** A connection that was logged in, or a login, came to a bad end. */
  failed(failure: Error, wasLoggedIn: boolean): void {
    if (wasLoggedIn) {
      this.#losses += 1;
      return;
    }
    const reason = reasonOf(failure);
    this.#loginFailures.set(reason, (this.#loginFailures.get(reason) ?? 0) + 1);
  }

  counters(session: { readonly logins: number; readonly commands: number }): LinkCounters {
    const past = this.#past;
    const now: Bytes = this.#connection?.datamover.counters ?? nothing;
    return {
      ...session,
      losses: this.#losses,
      loginFailures: this.#loginFailures,
      bytesSent: past.bytesSent + now.bytesSent,
      bytesReceived: past.bytesReceived + now.bytesReceived,
      payloadBytes: past.payloadBytes + now.payloadBytes,
      payloadBytesCopied: past.payloadBytesCopied + now.payloadBytesCopied,
      pingMs: this.#connection?.lastPingMs,
    };
  }
}

const nothing: Bytes = { bytesSent: 0, bytesReceived: 0, payloadBytes: 0, payloadBytesCopied: 0 };

/** Few different ones, whatever targets say: each is a time series. */
function reasonOf(failure: Error): string {
  if (failure instanceof LoginError) return failure.reason;
  if (failure instanceof SocketError) return failure.code;
  if (failure instanceof ProtocolError) return `protocol: ${failure.fault}`;
  return "other";
}
