/**
 * What a reader has chosen for the next time, too. Every run of the program has another port, and with it another storage of the browser's; a cookie knows no
 * ports. It says nothing that another server on this machine should not see.
 */
export function preference(name: string): string | undefined {
  return document.cookie
    .split("; ")
    .find((pair) => pair.startsWith(`lrc-${name}=`))
    ?.split("=")[1];
}

/** Remembers it for a year. Names and values are words of ours. */
export function prefer(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the newer way is not in every browser yet
  document.cookie = `lrc-${name}=${value}; path=/; max-age=31536000; SameSite=Strict`;
}
