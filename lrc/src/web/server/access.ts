import { createHash, timingSafeEqual } from "node:crypto";
import type { Random } from "kit/clock";

/** 128 bits: nobody guesses them before the page is gone. */
const secretBytes = 16;

/**
 * Who may ask for anything that is not a file of the page. The token travels in the fragment of the address, which browsers keep to themselves; it buys a
 * cookie and a key. Both are needed: cookies know no ports, so a server of another user on this machine can be sent ours, and the key it never sees.
 */
export class Access {
  readonly token: string;
  readonly #cookie: string;
  readonly #key: string;

  constructor(random: Random) {
    const secret = (): string => Buffer.from(random.bytes(secretBytes)).toString("base64url");
    this.token = secret();
    this.#cookie = secret();
    this.#key = secret();
  }

  /** What the token buys; undefined for a wrong one. */
  enter(token: unknown): { readonly cookie: string; readonly key: string } | undefined {
    return typeof token === "string" && isSame(token, this.token) ? { cookie: this.#cookie, key: this.#key } : undefined;
  }

  admits(cookie: string | undefined, key: string | undefined): boolean {
    // Both are compared in any case, so that the time it takes says nothing about either.
    const isCookie = isSame(cookie ?? "", this.#cookie);
    const isKey = isSame(key ?? "", this.#key);
    return isCookie && isKey;
  }
}

/** In a time that does not tell how much of it was right. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
