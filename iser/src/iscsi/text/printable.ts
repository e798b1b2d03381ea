/** What a peer sent, fit for a message or a log line: no control characters, and no longer than `most` characters. */
export function printable(text: string, most = 60): string {
  const clipped = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return clipped.replace(/\p{C}|\p{Zl}|\p{Zp}/gu, "?");
}
