/** What a program's exit code means, the same in all of ours. FreeBSD-style programs say 1 where these say `usage`. */
export const ExitCode = { ok: 0, failure: 1, usage: 2 } as const;

/**
 * Something the user or the world must change: a sentence that says what happened, and the next step. Printed without a stack.
 * The sentence starts in lower case and ends without a full stop: it is read after "program: ".
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
  /** What to do now, as its own sentence ("start iscsid, or name its socket with --socket"). */
  readonly nextStep: string | undefined;
  readonly exitCode: number;

  constructor(message: string, options?: { readonly nextStep?: string; readonly exitCode?: number; readonly cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.nextStep = options?.nextStep;
    this.exitCode = options?.exitCode ?? ExitCode.failure;
  }
}

/** The command line itself is wrong. */
export class UsageError extends UserError {
  override readonly name = "UsageError";

  constructor(message: string, options?: { readonly nextStep?: string; readonly exitCode?: number; readonly cause?: unknown }) {
    super(message, { ...options, exitCode: options?.exitCode ?? ExitCode.usage });
  }
}
