import { randomBytes } from "node:crypto";

/** The only source of chance. Secrets and identifiers come from the system's; tests print the seed of theirs. */
export interface Random {
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array;
  /** A number in [0, 1), for jitter and choices that no secret rests on. */
  fraction(): number;
}

/** The operating system's generator. */
export class SystemRandom implements Random {
  bytes(length: number): Uint8Array {
    return new Uint8Array(randomBytes(length));
  }

  fraction(): number {
    return randomBytes(4).readUInt32BE(0) / 2 ** 32;
  }
}
