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

/** Statements that are no faults, whatever the model was told: praise, questions, requests to check, and talk about taste. */
export function isEmptyTalk({ title, message }: { readonly title: string; readonly message: string }): boolean {
  if (/^(no (issues?|problems?|faults?|findings?|bugs?)|looks? good|lgtm|good|nice|great|well done)\b/i.test(title.trim())) return true;
  if (
    /\b(no (issues?|problems?|faults?|bugs?) (found|detected|here)|works as (intended|expected)|is (fine|correct) as (it )?is)\b/i.test(
      message,
    )
  )
    return true;
  if (
    /^(please )?(verify|ensure|make sure|double[- ]check|confirm|consider|check|you (may|might) want to|it (may|might) be (better|worth))\b/i.test(
      message.trim(),
    )
  )
    return true;
  return /^(add|missing) (a )?(comment|docstring|documentation|unit test|test)s?\b|^(code style|formatting|whitespace|readability|line length)\b/i.test(
    title.trim(),
  );
}
