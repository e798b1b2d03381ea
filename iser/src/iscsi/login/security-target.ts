import type { Random } from "kit/clock";
import { LoginStatus } from "../pdu/login-status.ts";
import type { TextPair } from "../text/text-pair.ts";
import { formatHex, parseList } from "../text/text-value.ts";
import { allChapAlgorithms, chapAlgorithm, chapAlgorithmCode, chapChallenge, chapResponse, sameBytes } from "./chap.ts";
import type { ChapAlgorithm, TargetAuthentication } from "./chap-credentials.ts";
import { LoginRefusal } from "./login-refusal.ts";
import type { SecurityText } from "./security-text.ts";

type ChapDemand = Extract<TargetAuthentication, { kind: "chap" }>;
type State = "method" | "algorithm" | "response" | "proven";

/** The target's side of security negotiation (RFC 7143, 12). */
export class TargetSecurity {
  readonly #authentication: TargetAuthentication;
  readonly #random: Random;
  #state: State = "method";
  #algorithm: ChapAlgorithm = "md5";
  #identifier = 0;
  #challenge: Uint8Array = new Uint8Array(0);
  #user: string | undefined = undefined;

  constructor(authentication: TargetAuthentication, random: Random) {
    this.#authentication = authentication;
    this.#random = random;
  }

  /** The initiator may leave the stage. */
  get isComplete(): boolean {
    return this.#authentication.kind === "none" || this.#state === "proven";
  }

  /** Who the initiator proved to be. */
  get user(): string | undefined {
    return this.#user;
  }

  /** Takes the initiator's text and answers it. */
  receive(text: SecurityText): readonly TextPair[] {
    if (this.#authentication.kind === "none") return this.#withoutDemand(text);
    switch (this.#state) {
      case "method":
        return this.#chooseMethod(text);
      case "algorithm":
        return this.#challengeInitiator(text, this.#authentication);
      case "response":
        return this.#verify(text, this.#authentication);
      case "proven":
        return [];
    }
  }

  #withoutDemand(text: SecurityText): readonly TextPair[] {
    const offered = text.optional("AuthMethod");
    if (offered === undefined) return [];
    if (parseList(offered)?.includes("None") === true) return [{ key: "AuthMethod", value: "None" }];
    throw new LoginRefusal(
      LoginStatus.authenticationFailure,
      `insists on AuthMethod=${offered}, and nothing is set up to prove`,
      "AuthMethod",
    );
  }

  #chooseMethod(text: SecurityText): readonly TextPair[] {
    const offered = text.optional("AuthMethod");
    if (offered === undefined || parseList(offered)?.includes("CHAP") !== true) {
      throw new LoginRefusal(LoginStatus.authenticationFailure, "did not offer CHAP, which is required", "AuthMethod");
    }
    this.#state = "algorithm";
    return [{ key: "AuthMethod", value: "CHAP" }];
  }

  #challengeInitiator(text: SecurityText, demand: ChapDemand): readonly TextPair[] {
    if (text.isEmpty) return [];
    const offered = text.text("CHAP_A");
    const allowed = demand.algorithms ?? allChapAlgorithms;
    // The initiator's order of preference counts (RFC 7143, 12.1.3).
    const algorithm = parseList(offered)
      ?.map((code) => chapAlgorithm(code, allowed))
      .find((found) => found !== undefined);
    if (algorithm === undefined) {
      throw new LoginRefusal(LoginStatus.authenticationFailure, `offered no CHAP algorithm that is allowed here: ${offered}`, "CHAP_A");
    }
    this.#algorithm = algorithm;
    this.#identifier = this.#random.bytes(1)[0]!;
    this.#challenge = chapChallenge(algorithm, this.#random);
    this.#state = "response";
    return [
      { key: "CHAP_A", value: chapAlgorithmCode(algorithm) },
      { key: "CHAP_I", value: String(this.#identifier) },
      { key: "CHAP_C", value: formatHex(this.#challenge) },
    ];
  }

  #verify(text: SecurityText, demand: ChapDemand): readonly TextPair[] {
    if (text.isEmpty) return [];
    const user = text.text("CHAP_N");
    const response = text.binary("CHAP_R");
    const secret = demand.secretOf(user);
    // A user nobody knows costs the same time as a wrong secret.
    const expected = chapResponse(this.#algorithm, this.#identifier, secret ?? "", this.#challenge);
    const right = sameBytes(response, expected);
    if (secret === undefined) throw new LoginRefusal(LoginStatus.authenticationFailure, "gave a CHAP user that is not known", "CHAP_N");
    if (!right) throw new LoginRefusal(LoginStatus.authenticationFailure, "gave a wrong CHAP response", "CHAP_R");
    const proof = text.has("CHAP_C") || text.has("CHAP_I") ? this.#prove(text, demand, secret) : [];
    this.#user = user;
    this.#state = "proven";
    return proof;
  }

  /** Mutual CHAP: the initiator challenged us as well. */
  #prove(text: SecurityText, { mutual }: ChapDemand, initiatorSecret: string): readonly TextPair[] {
    const challenge = text.binary("CHAP_C");
    const identifier = text.identifier();
    if (mutual === undefined) {
      throw new LoginRefusal(LoginStatus.authenticationFailure, "wants the target to prove itself, and no mutual user is set up", "CHAP_C");
    }
    // With our challenge sent back, or one secret for both directions, our answer would serve to answer ourselves (RFC 7143, 9.2.1).
    if (sameBytes(challenge, this.#challenge)) {
      throw new LoginRefusal(LoginStatus.authenticationFailure, "sent our own challenge back", "CHAP_C");
    }
    if (mutual.secret === initiatorSecret) {
      throw new LoginRefusal(
        LoginStatus.authenticationFailure,
        "would be answered with its own secret: give the target another one",
        "CHAP_C",
      );
    }
    return [
      { key: "CHAP_N", value: mutual.user },
      { key: "CHAP_R", value: formatHex(chapResponse(this.#algorithm, identifier, mutual.secret, challenge)) },
    ];
  }
}
