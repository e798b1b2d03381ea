import { type SessionConfig, sessionConfig, sessionConfigToJson } from "./session-config.ts";
import { type SessionStatus, sessionStatus } from "./session-status.ts";
import { boolean, count, listOf, optional, record, type Shape, text } from "./shape.ts";

/** Both ends must speak the same: there is no negotiation, because both come from one package. */
export const controlVersion = 1;

/** Which sessions a removal means: all, or those that match everything given. */
export interface SessionFilter {
  readonly all: boolean;
  readonly targetName: string | undefined;
  readonly targetAddress: string | undefined;
}

/** A session that a wait gave up on. */
export interface PendingSession {
  readonly sessionId: number;
  readonly targetName: string | undefined;
  readonly targetAddress: string;
  /** Why it is not connected, as the listing says it. */
  readonly reason: string;
}

/** What can be asked of the daemon, and what it answers. */
export interface ControlCalls {
  /** Adds a session and answers at once; connecting takes its time. EBUSY when it is there already. */
  readonly add: { readonly request: { readonly session: SessionConfig }; readonly result: { readonly sessionId: number } };
  /** Logs out and forgets; answers when that is done. ESRCH when nothing matches. */
  readonly remove: { readonly request: SessionFilter; readonly result: { readonly removed: number } };
  readonly list: { readonly request: object; readonly result: { readonly sessions: readonly SessionStatus[] } };
  /** Answers when the sessions (without `sessionIds`: all there are) are connected, or after `timeoutMs` (0: never) with those that are not. */
  readonly wait: {
    readonly request: { readonly sessionIds: readonly number[] | undefined; readonly timeoutMs: number };
    readonly result: { readonly pending: readonly PendingSession[] };
  };
  /** Reads a variable of the daemon, and sets it when there is a `value`. ENOENT when there is none of that name, EINVAL for a value that it cannot have. */
  readonly sysctl: {
    readonly request: { readonly name: string; readonly value: number | undefined };
    /** What it was, which without a new value it still is. */
    readonly result: { readonly value: number };
  };
}

export type ControlCall = keyof ControlCalls;
export type RequestOf<C extends ControlCall> = ControlCalls[C]["request"];
export type ResultOf<C extends ControlCall> = ControlCalls[C]["result"];

type CallShapes = { readonly [C in ControlCall]: { readonly request: Shape<RequestOf<C>>; readonly result: Shape<ResultOf<C>> } };

const exact = { exact: true };
const open = { exact: false };

/** Requests are read to the letter; results may carry more than this version knows. */
export const callShapes: CallShapes = {
  add: { request: record({ session: sessionConfig }, exact), result: record({ sessionId: count }, open) },
  remove: {
    request: record<SessionFilter>({ all: boolean, targetName: optional(text), targetAddress: optional(text) }, exact),
    result: record({ removed: count }, open),
  },
  list: { request: record({}, exact), result: record({ sessions: listOf(sessionStatus) }, open) },
  wait: {
    request: record<RequestOf<"wait">>({ sessionIds: optional(listOf(count)), timeoutMs: count }, exact),
    result: record<ResultOf<"wait">>(
      {
        pending: listOf(record<PendingSession>({ sessionId: count, targetName: optional(text), targetAddress: text, reason: text }, open)),
      },
      open,
    ),
  },
  sysctl: {
    request: record<RequestOf<"sysctl">>({ name: text, value: optional(count) }, exact),
    result: record<ResultOf<"sysctl">>({ value: count }, open),
  },
};

/** The parameters of a call as JSON carries them. */
export function requestToJson<C extends ControlCall>(call: C, request: RequestOf<C>): object {
  return call === "add" ? { session: sessionConfigToJson((request as RequestOf<"add">).session) } : request;
}
