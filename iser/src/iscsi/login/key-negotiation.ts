import type { TransferParameters, TransportKind } from "../datamover.ts";
import { isReservedValue, ReservedValue, type TextPair } from "../text/text-pair.ts";
import { formatWish, isDeclared, isWithin, type KeyValue, type KeyWish, parseKeyValue, parseWish, settle } from "./key-rule.ts";
import { type LoginEnd, type LoginKey, loginKey, loginKeys } from "./keys.ts";
import type { NegotiatedParameters, SessionType } from "./login-outcome.ts";
import type { LoginPreferences } from "./login-preferences.ts";

/** The peer negotiated what the rules of the key do not allow. The message is the predicate of a sentence about it: "answered …". */
export class NegotiationError extends Error {
  override readonly name = "NegotiationError";
  readonly key: string;

  constructor(key: string, message: string) {
    super(message);
    this.key = key;
  }
}

/**
 * The negotiation of operational keys, seen from one end. Either end may bring a key up; the other answers it. Both ends run this class over the
 * same table, and so agree.
 */
export class KeyNegotiation {
  readonly #end: LoginEnd;
  readonly #transport: TransportKind;
  readonly #sessionType: SessionType;
  readonly #preferences: LoginPreferences;
  /** Offered by us, not answered yet. */
  readonly #pending = new Map<string, KeyWish>();
  readonly #settled = new Map<string, KeyValue>();
  readonly #declaredByPeer = new Map<string, KeyValue>();
  readonly #declaredByUs = new Map<string, KeyValue>();

  constructor(end: LoginEnd, transport: TransportKind, sessionType: SessionType, preferences: LoginPreferences) {
    this.#end = end;
    this.#transport = sessionType === "discovery" ? "tcp" : transport;
    this.#sessionType = sessionType;
    this.#preferences = preferences;
  }

  /** What an initiator opens the operational stage with. */
  opening(): TextPair[] {
    return loginKeys.filter((key) => key.offeredOn === this.#transport || key.offeredOn === "both").flatMap((key) => this.#offer(key));
  }

  /** What a target declares whether asked or not. */
  declarations(): TextPair[] {
    return loginKeys
      .filter((key) => isDeclared(key.rule) && (key.offeredOn === this.#transport || key.offeredOn === "both"))
      .flatMap((key) => this.#offer(key));
  }

  /** What a target has to bring up itself, because the initiator did not and the default is not what we want. */
  insistence(): TextPair[] {
    return loginKeys.filter((key) => key.insisted === true && this.#differsFromDefault(key)).flatMap((key) => this.#offer(key));
  }

  #differsFromDefault(key: LoginKey): boolean {
    return key.default !== undefined && settle(key.rule, key.default, this.#wish(key)) !== key.default;
  }

  #offer(key: LoginKey): TextPair[] {
    if (this.#isIrrelevant(key) || this.#settled.has(key.name) || this.#pending.has(key.name)) return [];
    const wish = this.#wish(key);
    if (isDeclared(key.rule)) {
      if (this.#declaredByUs.has(key.name)) return [];
      this.#declaredByUs.set(key.name, wish as KeyValue);
    } else {
      this.#pending.set(key.name, wish);
    }
    return [{ key: key.name, value: formatWish(wish) }];
  }

  /** Takes a pair from the peer, an answer or an offer, and returns our answer where one is due. */
  receive({ key: name, value }: TextPair): TextPair | undefined {
    const key = loginKey(name);
    if (key === undefined) {
      if (isReservedValue(value)) throw new NegotiationError(name, `answered ${value} to ${name}, which was never offered`);
      return { key: name, value: ReservedValue.notUnderstood };
    }
    const offer = this.#pending.get(name);
    if (offer !== undefined) {
      this.#pending.delete(name);
      this.#settled.set(name, this.#judgeAnswer(key, offer, value));
      return undefined;
    }
    if (isReservedValue(value)) {
      // Nobody has to understand what we merely declare.
      if (this.#declaredByUs.has(name)) return undefined;
      throw new NegotiationError(name, `answered ${value} to ${name}, which was never offered`);
    }
    if (key.sender === this.#end || key.phase !== "login") throw new NegotiationError(name, `sent ${name}, which it may not send here`);
    return isDeclared(key.rule) ? this.#takeDeclaration(key, value) : this.#answer(key, value);
  }

  #judgeAnswer(key: LoginKey, offer: KeyWish, text: string): KeyValue {
    if (isReservedValue(text)) return this.#withoutAnswer(key, offer, `answered ${text} to ${key.name}=${formatWish(offer)}`);
    const answer = parseKeyValue(key.rule, text);
    if (answer === undefined || !isWithin(key.rule, answer, offer)) {
      throw new NegotiationError(key.name, `answered ${key.name}=${text} where ${formatWish(offer)} was offered`);
    }
    return answer;
  }

  /**
   * The value of a key that we offered and the peer did not take up. It goes by the default then, or did so silently with our offer when the outcome
   * was certain (RFC 7143, 6.2.2); the rule applied to both is right in each case.
   */
  #withoutAnswer(key: LoginKey, offer: KeyWish, what: string): KeyValue {
    const value = key.default === undefined ? undefined : settle(key.rule, offer, key.default);
    if (value === undefined) throw new NegotiationError(key.name, `${what}, without which we do not go on`);
    return value;
  }

  #takeDeclaration(key: LoginKey, text: string): TextPair | undefined {
    if (this.#isIrrelevant(key)) return { key: key.name, value: ReservedValue.irrelevant };
    const value = parseKeyValue(key.rule, text);
    if (value === undefined) throw new NegotiationError(key.name, `declared ${key.name}=${text}, which is not admissible`);
    const before = this.#declaredByPeer.get(key.name);
    if (before !== undefined && before !== value) throw new NegotiationError(key.name, `declared ${key.name} twice`);
    this.#declaredByPeer.set(key.name, value);
    return undefined;
  }

  #answer(key: LoginKey, text: string): TextPair | undefined {
    const before = this.#settled.get(key.name);
    if (before !== undefined) {
      // Saying again what is settled changes nothing; anything else is a second negotiation, which RFC 7143, 6.3 forbids.
      if (formatWish(before) === text) return undefined;
      throw new NegotiationError(key.name, `negotiated ${key.name} twice`);
    }
    if (this.#isIrrelevant(key)) return { key: key.name, value: ReservedValue.irrelevant };
    const offer = parseWish(key.rule, text);
    const wish = this.#wish(key);
    const value = offer === undefined ? undefined : settle(key.rule, offer, wish);
    if (value === undefined) {
      // The default applies then, unless it is what we must not have (a target that demands digests).
      const fallback = key.default === undefined ? undefined : settle(key.rule, key.default, wish);
      if (fallback === undefined)
        throw new NegotiationError(key.name, `offered ${key.name}=${text} where only ${formatWish(wish)} will do`);
      this.#settled.set(key.name, fallback);
      return { key: key.name, value: ReservedValue.reject };
    }
    this.#settled.set(key.name, value);
    return { key: key.name, value: formatWish(value) };
  }

  #isIrrelevant(key: LoginKey): boolean {
    return (key.normalOnly === true && this.#sessionType === "discovery") || key.irrelevantOn === this.#transport;
  }

  #wish(key: LoginKey): KeyWish {
    const wish = key.wish?.(this.#preferences, this.#transport, this.#end) ?? key.default ?? "";
    // A list names what we accept; where there is no preference that is the default alone.
    return key.rule.kind === "list" && typeof wish === "string" ? [wish] : wish;
  }

  /** No further text will come: what was offered and not answered goes by its default. */
  finish(): void {
    for (const [name, offer] of this.#pending) {
      const key = loginKey(name);
      if (key !== undefined) this.#settled.set(name, this.#withoutAnswer(key, offer, `did not answer ${name}=${formatWish(offer)}`));
    }
    this.#pending.clear();
    if (this.#transport === "iser" && this.#settled.get("RDMAExtensions") !== true) {
      throw new NegotiationError("RDMAExtensions", "does not agree to RDMAExtensions=Yes, without which there is no iSER");
    }
  }

  /** Whether something we offered still waits for an answer. */
  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  /** What was agreed. After `finish`. */
  negotiated(): NegotiatedParameters {
    const maxBurstLength = this.#number("MaxBurstLength");
    const ours = this.#segmentLength(this.#declaredByUs);
    const theirs = this.#segmentLength(this.#declaredByPeer);
    const rdma = this.#transport === "iser";
    return {
      headerDigest: this.#value("HeaderDigest") === "CRC32C",
      dataDigest: this.#value("DataDigest") === "CRC32C",
      maxConnections: this.#number("MaxConnections"),
      initialR2T: this.#value("InitialR2T") === true,
      immediateData: this.#value("ImmediateData") === true,
      maxBurstLength,
      // Each key is negotiated by itself, so an offer of one end and a limit of the other can cross.
      firstBurstLength: Math.min(this.#number("FirstBurstLength"), maxBurstLength),
      maxOutstandingR2T: this.#number("MaxOutstandingR2T"),
      dataPduInOrder: this.#value("DataPDUInOrder") === true,
      dataSequenceInOrder: this.#value("DataSequenceInOrder") === true,
      errorRecoveryLevel: this.#number("ErrorRecoveryLevel"),
      defaultTime2Wait: this.#number("DefaultTime2Wait"),
      defaultTime2Retain: this.#number("DefaultTime2Retain"),
      initiatorRecvDataSegmentLength: rdma ? this.#number("InitiatorRecvDataSegmentLength") : this.#end === "initiator" ? ours : theirs,
      targetRecvDataSegmentLength: rdma ? this.#number("TargetRecvDataSegmentLength") : this.#end === "target" ? ours : theirs,
    };
  }

  #segmentLength(declared: ReadonlyMap<string, KeyValue>): number {
    return Number(declared.get("MaxRecvDataSegmentLength") ?? loginKey("MaxRecvDataSegmentLength")?.default);
  }

  #number(name: string): number {
    return Number(this.#value(name));
  }

  #value(name: string): KeyValue | undefined {
    return this.#settled.get(name) ?? loginKey(name)?.default;
  }
}

/** What was agreed as the datamover of one end sees it. */
export function transferParameters(negotiated: NegotiatedParameters, end: LoginEnd): TransferParameters {
  const { initiatorRecvDataSegmentLength, targetRecvDataSegmentLength } = negotiated;
  return {
    headerDigest: negotiated.headerDigest,
    dataDigest: negotiated.dataDigest,
    maxRecvDataSegmentLength: end === "initiator" ? initiatorRecvDataSegmentLength : targetRecvDataSegmentLength,
    maxSendDataSegmentLength: end === "initiator" ? targetRecvDataSegmentLength : initiatorRecvDataSegmentLength,
    maxBurstLength: negotiated.maxBurstLength,
    firstBurstLength: negotiated.firstBurstLength,
    initialR2T: negotiated.initialR2T,
    immediateData: negotiated.immediateData,
    maxOutstandingR2T: negotiated.maxOutstandingR2T,
  };
}
