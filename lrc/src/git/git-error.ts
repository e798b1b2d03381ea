/** Git refused or could not be run. The message is a sentence; what Git printed is in `details`. */
export class GitError extends Error {
  override readonly name = "GitError";
  /** Git's exit code, or undefined when it was not started or was killed. */
  readonly exitCode: number | undefined;
  /** What Git wrote to stderr, for a reader only: it is never parsed. */
  readonly details: string;

  constructor(
    message: string,
    options: { readonly exitCode?: number | undefined; readonly details?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode;
    this.details = options.details ?? "";
  }
}
