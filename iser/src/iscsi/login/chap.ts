import { createHash, timingSafeEqual } from "node:crypto";
import type { Random } from "kit/clock";
import type { ChapAlgorithm } from "./chap-credentials.ts";

/**
 * The Challenge Handshake Authentication Protocol as iSCSI uses it (RFC 1994; RFC 7143, 12.1.3): the response is a digest over the identifier, the
 * secret and the challenge, so that the secret never travels.
 */
interface Digest {
  /** CHAP_A: the registered PPP authentication algorithm. */
  readonly code: string;
  /** As node:crypto calls it. */
  readonly hash: string;
  /** Bytes of a response. */
  readonly length: number;
}

const digests: Readonly<Record<ChapAlgorithm, Digest>> = {
  md5: { code: "5", hash: "md5", length: 16 },
  sha1: { code: "6", hash: "sha1", length: 20 },
  sha256: { code: "7", hash: "sha256", length: 32 },
  "sha3-256": { code: "8", hash: "sha3-256", length: 32 },
};

/** Strongest first. */
export const allChapAlgorithms: readonly ChapAlgorithm[] = ["sha3-256", "sha256", "sha1", "md5"];

export function chapAlgorithmCode(algorithm: ChapAlgorithm): string {
  return digests[algorithm].code;
}

/** The algorithm of a CHAP_A code among those allowed. */
export function chapAlgorithm(code: string, allowed: readonly ChapAlgorithm[]): ChapAlgorithm | undefined {
  return allowed.find((algorithm) => digests[algorithm].code === code);
}

/** A fresh challenge, as long as the digest: a longer one adds nothing. Never empty, never one of `unlike`. */
export function chapChallenge(algorithm: ChapAlgorithm, random: Random, unlike?: Uint8Array): Uint8Array {
  const challenge = random.bytes(digests[algorithm].length);
  // Chance cannot do this; a broken source of chance can, and would then let the peer answer us with our own answer.
  if (unlike !== undefined && sameBytes(challenge, unlike)) challenge[0] = challenge[0]! ^ 1;
  return challenge;
}

export function chapResponse(algorithm: ChapAlgorithm, identifier: number, secret: string, challenge: Uint8Array): Uint8Array {
  const hash = createHash(digests[algorithm].hash);
  hash.update(Uint8Array.of(identifier)).update(secret, "utf8").update(challenge);
  return new Uint8Array(hash.digest());
}

/** Compares in a time that does not tell where the first difference is. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
