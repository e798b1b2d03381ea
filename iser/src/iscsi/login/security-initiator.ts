import type { Random } from "kit/clock";
import type { TextPair } from "../text/text-pair.ts";
import { formatHex } from "../text/text-value.ts";
import { allChapAlgorithms, chapAlgorithm, chapAlgorithmCode, chapChallenge, chapResponse, sameBytes } from "./chap.ts";
import type { ChapAlgorithm, InitiatorCredentials } from "./chap-credentials.ts";
import { LoginError } from "./login-error.ts";
import type { SecurityText } from "./security-text.ts";

/** What to say next in the security stage. */
export interface SecurityStep {
  readonly pairs: readonly TextPair[];
  /** Ready to leave the stage. */
  readonly ready: boolean;
}

const nothing: SecurityStep = { pairs: [], ready: false };
const leave: SecurityStep = { pairs: [], ready: true };

/** Where the exchange stands: what was said last. */
type State = "method" | "algorithm" | "response" | "accepted" | "proven";

/**
 * The initiator's side of security negotiation (RFC 7143, 12): AuthMethod, then CHAP if there are credentials.
 *
 * With credentials CHAP is all that is offered. "CHAP,None" would let a target, or whoever sits between, skip the proof that the user asked for,
 * and mutual CHAP with it.
 */
export class InitiatorSecurity {
  readonly #target: string;
  readonly #credentials: InitiatorCredentials | undefined;
  readonly #algorithms: readonly ChapAlgorithm[];
  readonly #random: Random;
  #state: State = "method";
  #algorithm: ChapAlgorithm | undefined = undefined;
  #ownIdentifier = 0;
  #ownChallenge: Uint8Array | undefined = undefined;

  /** `target` is how messages name the target. */
  constructor(target: string, credentials: InitiatorCredentials | undefined, random: Random) {
    this.#target = target;
    this.#credentials = credentials;
    this.#algorithms = credentials?.algorithms ?? allChapAlgorithms;
    this.#random = random;
  }

  opening(): SecurityStep {
    return {
      pairs: [{ key: "AuthMethod", value: this.#credentials === undefined ? "None" : "CHAP" }],
      ready: this.#credentials === undefined,
    };
  }

  /** Both sides have proven what was asked of them. */
  get isComplete(): boolean {
    return this.#credentials === undefined || this.#state === "proven";
  }

  /** The target has our response to its challenge, and has not said what it thinks of it. */
  get awaitsVerdict(): boolean {
    return this.#state === "response";
  }

  /** What else to try when the target rejects the login here: MD5 alone, if it may be the list that was too much for it. */
  get narrowerAlgorithms(): readonly ChapAlgorithm[] | undefined {
    if (this.#algorithms.length < 2 || !this.#algorithms.includes("md5")) return undefined;
    // Some targets cannot read a list; others take the code of one algorithm for another's (tgt computes SHA-1 under 7) and
    // then find our response wrong.
    const suspect = this.#state === "algorithm" || (this.#state === "response" && this.#algorithm !== "md5");
    return suspect ? ["md5"] : undefined;
  }

  /** Takes the target's text. */
  receive(text: SecurityText): SecurityStep {
    if (this.#credentials === undefined) return this.#withoutCredentials(text);
    switch (this.#state) {
      case "method":
        return this.#takeMethod(text);
      case "algorithm":
        return this.#takeChallenge(text, this.#credentials);
      case "response":
        return this.#takeProof(text, this.#credentials);
      case "accepted":
      case "proven":
        return leave;
    }
  }

  #withoutCredentials(text: SecurityText): SecurityStep {
    const method = text.optional("AuthMethod");
    if (method !== undefined && method !== "None") {
      throw new LoginError(`${this.#target} requires authentication; give a user and secret`, {
        reason: "Authentication required",
        key: "AuthMethod",
      });
    }
    return leave;
  }

  #takeMethod(text: SecurityText): SecurityStep {
    const method = text.optional("AuthMethod");
    if (method === undefined) return nothing;
    if (method !== "CHAP") {
      throw new LoginError(
        `${this.#target} does not do CHAP (it answered AuthMethod=${method}); leave out user and secret if it needs none`,
        {
          reason: "Unsupported AuthMethod",
          key: "AuthMethod",
        },
      );
    }
    this.#state = "algorithm";
    return { pairs: [{ key: "CHAP_A", value: this.#algorithms.map(chapAlgorithmCode).join(",") }], ready: false };
  }

  #takeChallenge(text: SecurityText, credentials: InitiatorCredentials): SecurityStep {
    if (text.isEmpty) return nothing;
    const code = text.text("CHAP_A");
    const algorithm = chapAlgorithm(code, this.#algorithms);
    if (algorithm === undefined) {
      throw new LoginError(
        `${this.#target} answered CHAP_A=${code} where ${this.#algorithms.map(chapAlgorithmCode).join(",")} was offered`,
        {
          reason: "Unsupported CHAP algorithm",
          key: "CHAP_A",
        },
      );
    }
    const challenge = text.binary("CHAP_C");
    const response = chapResponse(algorithm, text.identifier(), credentials.secret, challenge);
    this.#algorithm = algorithm;
    this.#state = "response";
    const pairs: TextPair[] = [
      { key: "CHAP_N", value: credentials.user },
      { key: "CHAP_R", value: formatHex(response) },
    ];
    if (credentials.mutual !== undefined) {
      this.#ownIdentifier = this.#random.bytes(1)[0]!;
      this.#ownChallenge = chapChallenge(algorithm, this.#random, challenge);
      pairs.push({ key: "CHAP_I", value: String(this.#ownIdentifier) }, { key: "CHAP_C", value: formatHex(this.#ownChallenge) });
    }
    return { pairs, ready: true };
  }

  #takeProof(text: SecurityText, credentials: InitiatorCredentials): SecurityStep {
    // It went on, so our response was right: whatever is wrong from here on, the algorithm is not.
    this.#state = "accepted";
    const { mutual } = credentials;
    if (mutual !== undefined && this.#algorithm !== undefined && this.#ownChallenge !== undefined) {
      if (text.isEmpty) throw this.#mutualFailed("it did not prove who it is");
      const expected = chapResponse(this.#algorithm, this.#ownIdentifier, mutual.secret, this.#ownChallenge);
      const proven = sameBytes(text.binary("CHAP_R"), expected);
      if (text.text("CHAP_N") !== mutual.user) throw this.#mutualFailed("it goes by another name");
      if (!proven) throw this.#mutualFailed("its response is wrong");
    }
    this.#state = "proven";
    return leave;
  }

  #mutualFailed(why: string): LoginError {
    return new LoginError(`${this.#target} failed mutual CHAP: ${why}; check the mutual user and secret on both ends`, {
      reason: "Mutual CHAP failed",
      key: why.includes("name") ? "CHAP_N" : "CHAP_R",
    });
  }
}
