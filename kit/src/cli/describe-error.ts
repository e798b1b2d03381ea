import { AssertionError } from "node:assert";
import { getSystemErrorMap } from "node:util";
import { ExitCode, UserError } from "./user-error.ts";

/** What is printed for an error, and how the program ends. */
export interface ErrorDescription {
  /** Lines without the program's name; the first follows "program: ". */
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/**
 * One place that judges whose fault an error is: the user's or the world's get a sentence, ours get a stack and a request to report.
 * An error class of a library of ours (a refused login, a failed read) speaks for itself through its message.
 */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof UserError) {
    return { lines: error.nextStep === undefined ? [error.message] : [error.message, error.nextStep], exitCode: error.exitCode };
  }
  if (isInterruption(error)) return { lines: ["interrupted"], exitCode: ExitCode.failure };
  if (isOurFault(error)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      lines: ["internal error: this is a fault of the program, not yours; please report it with these lines", ...stack.split("\n")],
      exitCode: ExitCode.failure,
    };
  }
  return { lines: [sentenceOf(error)], exitCode: ExitCode.failure };
}

/** `error` as it is printed: `program: sentence`, further lines indented below. Ends with a newline. What it quotes cannot steer a terminal. */
export function formatError(program: string, error: unknown): { readonly text: string; readonly exitCode: number } {
  const { lines, exitCode } = describeError(error);
  const [first, ...rest] = lines.map(withoutControls);
  return { text: `${program}: ${first}\n${rest.map((line) => `  ${line}\n`).join("")}`, exitCode };
}

function withoutControls(line: string): string {
  return line.replaceAll(
    /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16).padStart(4, "0")}}`,
  );
}

/** An error as one sentence: what the operating system refused in words, anything else by its own message. */
export function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return sentenceOf(error.errors[0]); // connect tried several addresses
  if (!(error instanceof Error)) return String(error);
  return isSystemError(error) ? systemSentence(error) : error.message;
}

/** The operating system's name for what went wrong ("ENOENT"), if `error` came from it. */
export function systemErrorCode(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return systemErrorCode(error.errors[0]);
  return error instanceof Error && isSystemError(error) ? error.code : undefined;
}

interface SystemError extends Error {
  readonly errno: number;
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
  readonly dest?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

function isSystemError(error: Error): error is SystemError {
  return "syscall" in error && typeof error.syscall === "string" && "code" in error && typeof error.code === "string";
}

function systemSentence(error: SystemError): string {
  const reason = getSystemErrorMap().get(error.errno)?.[1] ?? error.code;
  return `cannot ${actionOf(error)}: ${reason}`;
}

function actionOf(error: SystemError): string {
  if (error.syscall === "getaddrinfo") return `find the address of ${error.hostname ?? "the host"}`;
  const place =
    error.port === undefined
      ? (error.path ?? error.address)
      : `${error.address?.includes(":") ? `[${error.address}]` : error.address}:${error.port}`;
  const verb = { connect: "connect to", listen: "listen on", bind: "listen on" }[error.syscall] ?? error.syscall;
  if (place === undefined) return verb;
  return error.dest === undefined ? `${verb} ${place}` : `${verb} ${place} to ${error.dest}`;
}

/** Somebody fired an AbortSignal, and whoever noticed may have wrapped its reason. */
function isInterruption(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || isInterruption(error.cause));
}

/** Errors that only a mistake of ours raises; what users or peers send must have been refused before it could. */
function isOurFault(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  if (isSystemError(error)) return false;
  return (
    error instanceof AssertionError ||
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError ||
    error instanceof SyntaxError
  );
}
