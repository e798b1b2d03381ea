/** Why there is no conversation with an NBD server. */
export class NbdClientError extends Error {
  override readonly name = "NbdClientError";
  /** The server is well but has no such export, or not yet. */
  readonly exportMissing: boolean;

  constructor(message: string, options: { readonly exportMissing?: boolean; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exportMissing = options.exportMissing ?? false;
  }
}
