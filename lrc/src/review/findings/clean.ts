/**
 * What a model wrote, as a text that can do nothing: no escape sequences, nothing invisible, no links that could be followed or loaded, no markup that
 * a page could take for its own, one paragraph of bounded length.
 */
export function cleanText(text: string, longest: number): string {
  const plain = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]+/gu, " ")
    .replaceAll(/!?\[([^\]]{0,200})\]\(([^)]{0,500})\)/g, "$1 ($2)")
    .replaceAll(/\b(https?|ftp|file|data|javascript|vscode|ssh):(\/\/)?/gi, (_, scheme: string) => `${scheme} :`)
    .replaceAll(/<(\/?[a-z!][^<>]{0,500})>/gi, "‹$1›")
    .replaceAll(/\s+/g, " ")
    .trim();
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
}
