/** The user's URL cannot be understood; the message says which part and what is possible. */
export class UrlError extends Error {
  override readonly name = "UrlError";
}
