/** How much of a secret is left to be recognised by. */
const shownStart = 4;

/** `text` with every one of `secrets` masked: a few characters stay so that its owner knows which one it is. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  // Longest first: one secret may be a part of another.
  for (const secret of secrets.toSorted((a, b) => b.length - a.length)) {
    if (secret.length > 0 && masked.includes(secret)) masked = masked.replaceAll(secret, maskOf(secret));
  }
  return masked;
}

/** A secret over several lines (a key) is also masked line by line: an excerpt shows only some of them. */
export function secretParts(secrets: readonly string[]): readonly string[] {
  const parts = secrets.flatMap((secret) => [
    secret,
    ...(secret.includes("\n") ? secret.split(/\r?\n/).filter((line) => line.trim().length > 7) : []),
  ]);
  return [...new Set(parts)];
}

function maskOf(secret: string): string {
  const start = secret.length >= 4 * shownStart ? secret.slice(0, shownStart) : "";
  return `${start}[masked]`;
}

/** Long runs of letters and digits, and what is given to something that is called a password. */
const tokenLike = /[A-Za-z0-9+/_=-]{16,}/g;
const assigned =
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|credential)\w{0,60}["']?\s{0,60}(?::=|=>|[:=])\s{0,60}["'`]?)([^\s"'`,;]{4,})/gi;
const inUrl = /(\/\/[^\s/:@]*:)([^\s/@]{3,})(?=@)/g;

/** Runs that are no path and no word; addresses of issues and ids of commits in short form are none of them. */
const tokenInWords = /[A-Za-z0-9+_=-]{20,}/g;

/** What somebody wrote in their own words, as the reason why a finding is no fault: the secret itself may be quoted in it. */
export function maskReason(text: string, secrets: readonly string[] = []): string {
  return withoutAssigned(maskSecrets(text, secrets)).replace(tokenInWords, maskedRun);
}

/**
 * `text` with everything masked that could be a secret. For lines that no rule has looked at, because the change did not add them: they are shown for
 * orientation only, so too much may go rather than too little.
 */
export function maskLikelySecrets(text: string): string {
  return withoutAssigned(text).replace(tokenLike, maskedRun);
}

function withoutAssigned(text: string): string {
  return text.replace(inUrl, (_, before: string) => `${before}[masked]`).replace(assigned, (_, before: string) => `${before}[masked]`);
}

function maskedRun(run: string): string {
  return /\d/.test(run) && /[A-Za-z]/.test(run) ? maskOf(run) : run;
}
