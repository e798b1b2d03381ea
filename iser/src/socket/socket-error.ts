import { formatAddress, type SocketAddress, type UnixAddress } from "./socket-address.ts";

/** A stream that could not be had, or was lost; the message is a sentence that says what to look at. `cause` is the system's error. */
export class SocketError extends Error {
  override readonly name = "SocketError";
  /** The system's code (ECONNREFUSED, EADDRINUSE, …); EABORTED when the caller gave up. */
  readonly code: string;

  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** What the codes mean for somebody who wanted a connection or a place to listen. */
const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused: nothing listens there",
  ECONNRESET: "the peer reset the connection",
  EPIPE: "the peer closed the connection while we were sending",
  ETIMEDOUT: "no answer in time: check the address and whatever filters packets on the way",
  EHOSTUNREACH: "no route to that host",
  ENETUNREACH: "no route to that network",
  ENOTFOUND: "that host name is not known",
  EAI_AGAIN: "the name service did not answer; try again later",
  EADDRINUSE: "somebody else listens there already",
  EADDRNOTAVAIL: "that address is none of this machine's",
  EACCES: "not permitted: check the permissions, and for ports below 1024 the user",
  EPERM: "not permitted",
  ENOENT: "no such socket: is the server running?",
  ENOTSOCK: "that file is not a socket",
  EMFILE: "too many open files in this process: raise `ulimit -n`",
};

/** A link-local address means another machine on every network there is. */
const zoneMissing = "it takes the interface that leads there, and that must exist: [fe80::1%eth0]";

/** Turns the system's `error` about `address` into a sentence: `connect to 127.0.0.1:3260: connection refused: nothing listens there (ECONNREFUSED)`. */
export function describeSocketError(
  doing: "connect to" | "listen on" | "connection with",
  address: SocketAddress | string,
  error: unknown,
): SocketError {
  if (error instanceof SocketError) return error;
  const code = codeOf(error);
  const where = typeof address === "string" ? address : formatAddress(address);
  const isLinkLocal = /^\[fe[89ab]/i.test(where);
  const sentence =
    (code === "EINVAL" && isLinkLocal ? zoneMissing : sentences[code]) ?? (error instanceof Error ? error.message : String(error));
  return new SocketError(code, `${doing} ${where}: ${sentence} (${code})`, { cause: error });
}

function codeOf(error: unknown): string {
  // Several addresses of one name were tried: the first refusal speaks for all of them.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return "EIO";
}

/** The longest path that the address of a unix socket can hold. */
export const longestPath = 107;

/** What is wrong with a path that is too long for a socket: the system would use what of it there is room for, and say nothing. */
export function pathTooLong(doing: "connect to" | "listen on", { path }: UnixAddress): SocketError | undefined {
  if (Buffer.byteLength(path) <= longestPath) return undefined;
  return new SocketError("ENAMETOOLONG", `${doing} ${path}: the path of a socket has at most ${longestPath} bytes (ENAMETOOLONG)`);
}
