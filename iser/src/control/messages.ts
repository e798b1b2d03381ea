import type { SessionConfig } from "#config";
import { type SessionChanges, sessionChanges, sessionChangesToJson, sessionConfig, sessionConfigToJson } from "./session-config.ts";
import { type SessionStatus, sessionStatus } from "./session-status.ts";
import { boolean, count, listOf, optional, record, type Shape, text } from "./shape.ts";

/** Both ends must speak the same: there is no negotiation, because both come from one package. */
export const controlVersion = 1;

/** Which sessions a removal means: all, or those that match everything given. */
export interface SessionFilter {
  readonly all: boolean;
  readonly targetName: string | undefined;
  readonly targetAddress: string | undefined;
  /** Also sessions whose devices are in use: their users get errors. */
  readonly force?: boolean | undefined;
}

/** A session that a wait gave up on. */
export interface PendingSession {
  readonly sessionId: number;
  readonly targetName: string | undefined;
  readonly targetAddress: string;
  /** Why it is not connected, as the listing says it. */
  readonly reason: string;
}

/** A variable of the daemon. */
export interface VariableStatus {
  readonly name: string;
  readonly value: string;
}

/** What can be asked of the daemon, and what it answers. */
export interface ControlCalls {
  /** Adds a session and answers at once; connecting takes its time. EBUSY when it is there already. */
  readonly add: { readonly request: { readonly session: SessionConfig }; readonly result: { readonly sessionId: number } };
  /** Logs out and forgets; answers when that is done. ESRCH when nothing matches; EBUSY, and nothing is removed, when a client has one of the devices open. */
  readonly remove: { readonly request: SessionFilter; readonly result: { readonly removed: number } };
  /**
   * Changes a session that is there, or gives it another configuration altogether: exactly one of the two. The session keeps its id and, while its target is the same,
   * its devices and their names; it logs in anew. Answers when the change has begun. ESRCH when there is no such session, EBUSY when another one has its target and address, and when a client
   * has one of the devices open that it would be without: it is disabled, or is to have another target.
   */
  readonly modify: {
    readonly request: {
      readonly sessionId: number;
      readonly changes: SessionChanges | undefined;
      readonly replacement: SessionConfig | undefined;
      /** Also when its devices are in use and will be gone, or will not answer. */
      readonly force?: boolean | undefined;
    };
    readonly result: object;
  };
  /** `showSecrets`: secrets come along. Only who may open the control socket can ask, and that is who may read them where they come from. */
  readonly list: {
    readonly request: { readonly showSecrets: boolean };
    readonly result: { readonly sessions: readonly SessionStatus[] };
  };
  /** Answers when the sessions (without `sessionIds`: all there are) are connected, or after `timeoutMs` (0: never) with those that are not. */
  readonly wait: {
    readonly request: { readonly sessionIds: readonly number[] | undefined; readonly timeoutMs: number };
    readonly result: { readonly pending: readonly PendingSession[] };
  };
  /** Reads a variable of the daemon, and sets it when there is a `value`. ENOENT when there is none of that name, EINVAL for a value that it cannot have, EPERM when it can only be read. */
  readonly sysctl: {
    readonly request: { readonly name: string; readonly value: string | undefined };
    /** What it was, which without a new value it still is. */
    readonly result: { readonly value: string };
  };
  /** All variables in order of their names, or those below `prefix` (`kern.iscsi`). ENOENT when there is none. */
  readonly sysctls: {
    readonly request: { readonly prefix: string | undefined };
    readonly result: { readonly variables: readonly VariableStatus[] };
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
    request: record<SessionFilter>(
      { all: boolean, targetName: optional(text), targetAddress: optional(text), force: optional(boolean) },
      exact,
    ),
    result: record({ removed: count }, open),
  },
  modify: {
    request: record<RequestOf<"modify">>(
      { sessionId: count, changes: optional(sessionChanges), replacement: optional(sessionConfig), force: optional(boolean) },
      exact,
    ),
    result: record({}, open),
  },
  list: { request: record<RequestOf<"list">>({ showSecrets: boolean }, exact), result: record({ sessions: listOf(sessionStatus) }, open) },
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
    request: record<RequestOf<"sysctl">>({ name: text, value: optional(text) }, exact),
    result: record<ResultOf<"sysctl">>({ value: text }, open),
  },
  sysctls: {
    request: record<RequestOf<"sysctls">>({ prefix: optional(text) }, exact),
    result: record<ResultOf<"sysctls">>({ variables: listOf(record<VariableStatus>({ name: text, value: text }, open)) }, open),
  },
};

/** The parameters of a call as JSON carries them. */
export function requestToJson<C extends ControlCall>(call: C, request: RequestOf<C>): object {
  if (call === "add") return { session: sessionConfigToJson((request as RequestOf<"add">).session) };
  if (call !== "modify") return request;
  const { sessionId, changes, replacement } = request as RequestOf<"modify">;
  return { sessionId, changes: changes && sessionChangesToJson(changes), replacement: replacement && sessionConfigToJson(replacement) };
}
