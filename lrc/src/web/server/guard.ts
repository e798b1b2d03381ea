/** As much of a request as the guard looks at. */
export interface GuardedRequest {
  readonly method: string;
  /** The whole address, as the server has put it together: a request may name another host in its first line than in its header. */
  readonly url: string;
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

/** Why a request is not answered, for whoever reads the response. */
export interface Refusal {
  readonly status: 403 | 405 | 415;
  readonly reason: string;
}

/**
 * Says which requests come from our own page in the user's own browser. Everything else that can reach a loopback port is turned away: a page of another
 * origin, a name that an attacker's DNS has pointed here (its Host is not ours), a form, a link, an image.
 */
export function refusalOf({ method, url, header }: GuardedRequest, origins: readonly string[]): Refusal | undefined {
  if (method !== "GET" && method !== "POST") return { status: 405, reason: "only GET and POST are answered" };
  const host = header("host");
  if (host === undefined || !origins.includes(`http://${host}`) || new URL(url).host !== host)
    return { status: 403, reason: "this server does not go by that name" };
  const own = `http://${host}`;
  const origin = header("origin");
  if (origin !== undefined && origin !== own) return { status: 403, reason: "another origin asks" };
  const site = header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return { status: 403, reason: "another site asks" };
  if (method === "GET") return undefined;
  // A browser names the origin of every POST. What does not is no browser, or a page that hides where it is from.
  if (origin === undefined) return { status: 403, reason: "the origin is missing" };
  const type = header("content-type")?.split(";")[0]?.trim().toLowerCase();
  // A form cannot send this type, and a foreign page must ask first: nobody answers that question.
  if (type !== "application/json") return { status: 415, reason: "only application/json is read" };
  return undefined;
}

/** Nothing is loaded from elsewhere, no script stands in the page, nobody frames it. Styles may stand in it: the diff is coloured by attributes. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What every response carries. */
export const responseHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "cache-control": "no-store",
};
