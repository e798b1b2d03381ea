import { ControlError, controlErrorCodes } from "./control-error.ts";
import { ControlProtocolError } from "./control-protocol-error.ts";
import { type ControlCall, callShapes, controlVersion, type RequestOf, type ResultOf, requestToJson } from "./messages.ts";
import { count, oneOf, record, text } from "./shape.ts";

/*
 * One JSON object per line:
 *
 *     → {"version":1,"id":7,"call":"add","request":{"session":{…}}}
 *     ← {"version":1,"id":7,"result":{"sessionId":3}}
 *     ← {"version":1,"id":7,"error":{"code":"EBUSY","message":"…"}}
 */

/** A request is small; a listing grows with the sessions. */
export const maxRequestBytes = 64 * 1024;
export const maxReplyBytes = 16 * 1024 * 1024;
/** Calls of one client that the daemon has in hand at a time: a client that asks for more is not ours. */
export const maxOutstandingCalls = 64;

/** A request with the type of its call. */
export type Request = {
  readonly [C in ControlCall]: { readonly id: number; readonly call: C; readonly request: RequestOf<C> };
}[ControlCall];

export interface Reply {
  /** The request that is answered; undefined when it could not be read so far. */
  readonly id: number | undefined;
  /** Not yet checked: only who asked knows its shape (see `resultOf`). */
  readonly result: unknown;
  readonly error: ControlError | undefined;
}

export function encodeRequest<C extends ControlCall>(id: number, call: C, request: RequestOf<C>): string {
  return `${JSON.stringify({ version: controlVersion, id, call, request: requestToJson(call, request) })}\n`;
}

/** Throws ControlProtocolError; `requestId` says to whom to answer that. */
export function decodeRequest(line: string): Request {
  const fields = parseVersioned(line, "the request");
  const id = count(fields.id, "id");
  const calls = Object.keys(callShapes) as ControlCall[];
  const call = oneOf(...calls)(fields.call, "call");
  return { id, call, request: callShapes[call].request(fields.request, "request") } as Request;
}

/** The id of a line that `decodeRequest` refused, if it has one. */
export function requestId(line: string): number | undefined {
  try {
    return count((JSON.parse(line) as Readonly<Record<string, unknown>> | null)?.id, "id");
  } catch {
    return undefined;
  }
}

export function encodeResult<C extends ControlCall>(id: number, _call: C, result: ResultOf<C>): string {
  return `${JSON.stringify({ version: controlVersion, id, result })}\n`;
}

export function encodeError(id: number | undefined, error: ControlError): string {
  return `${JSON.stringify({ version: controlVersion, id: id ?? null, error: { code: error.code, message: error.message } })}\n`;
}

const errorShape = record<{ readonly code: string; readonly message: string }>({ code: text, message: text }, { exact: false });

/** Throws ControlProtocolError. */
export function decodeReply(line: string): Reply {
  const fields = parseVersioned(line, "the reply");
  const id = fields.id === null ? undefined : count(fields.id, "id");
  if (fields.error === undefined) return { id, result: fields.result, error: undefined };
  const { code, message } = errorShape(fields.error, "error");
  return { id, result: undefined, error: new ControlError(controlErrorCodes.find((known) => known === code) ?? "EIO", message) };
}

/** The result of a reply to `call`. Throws ControlProtocolError. */
export function resultOf<C extends ControlCall>(call: C, reply: Reply): ResultOf<C> {
  return callShapes[call].result(reply.result, "result");
}

function parseVersioned(line: string, what: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ControlProtocolError(`${what} is not JSON`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new ControlProtocolError(`${what} is not an object`);
  const fields = value as Readonly<Record<string, unknown>>;
  if (fields.version !== controlVersion) {
    throw new ControlProtocolError(
      `${what} is of version ${JSON.stringify(fields.version)} of the control protocol, and this is version ${controlVersion}; run iscsictl and iscsid from one package`,
    );
  }
  return fields;
}
