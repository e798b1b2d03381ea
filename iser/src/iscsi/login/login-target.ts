import type { Random } from "kit/clock";
import type { TransportKind } from "../datamover.ts";
import { BhsField, bhsLength, readUint32 } from "../pdu/basic-header-segment.ts";
import { LoginRequestField, type LoginRequestPdu, readLoginRequest } from "../pdu/login-request.ts";
import { refusalFlags, writeLoginResponse } from "../pdu/login-response.ts";
import { type LoginFlags, LoginStage, loginStageName } from "../pdu/login-stage.ts";
import { LoginStatus, loginStatusCode, loginStatusReason } from "../pdu/login-status.ts";
import { InitiatorOpcode, opcodeName, opcodeOf } from "../pdu/opcode.ts";
import { ProtocolError } from "../protocol-error.ts";
import { splitText, TextAssembler } from "../text/text-assembler.ts";
import { encodeText, type TextPair } from "../text/text-pair.ts";
import { sameBytes } from "./chap.ts";
import type { TargetAuthentication } from "./chap-credentials.ts";
import { KeyNegotiation, NegotiationError, transferParameters } from "./key-negotiation.ts";
import { checkPreferences, loginKey } from "./keys.ts";
import { LoginError } from "./login-error.ts";
import { type Introduction, introductionKeys, readIntroduction } from "./login-introduction.ts";
import type { LoginIdentity, LoginPdu, LoginTargetOutcome } from "./login-outcome.ts";
import type { LoginPreferences } from "./login-preferences.ts";
import { LoginRefusal } from "./login-refusal.ts";
import { iscsiVersion, loginSegmentLength, maxLoginPdus, maxLoginTextBytes } from "./login-text.ts";
import { TargetSecurity } from "./security-target.ts";
import { SecurityText, SecurityTextError } from "./security-text.ts";

/** What the login needs to know of a target. */
export interface LoginTargetInfo {
  readonly portalGroupTag: number;
  readonly alias?: string | undefined;
  readonly authentication: TargetAuthentication;
  /** Send initiators elsewhere, before they prove who they are. As in TargetAddress: `host:port[,group]`. */
  readonly redirect?: { readonly permanent: boolean; readonly address: string } | undefined;
}

export interface LoginTargetOptions {
  readonly transport: TransportKind;
  readonly preferences: LoginPreferences;
  readonly random: Random;
  /** The target of this name as this initiator may see it; undefined: refused as not found; a status: refused with it. */
  readonly lookup: (targetName: string, initiatorName: string) => LoginTargetInfo | LoginStatus | undefined;
  /** What is demanded for discovery sessions. */
  readonly discovery: { readonly authentication: TargetAuthentication };
  /**
   * Called once, when a login is about to succeed, after the initiator proved who it is: the TSIH of the session (1…65535), or the status to refuse with. A login
   * with the names, ISID and portal group of an existing session and TSIH 0 reinstates that session: end the old one here.
   */
  readonly admit: (identity: LoginIdentity) => { readonly tsih: number } | { readonly refuse: LoginStatus };
}

export type LoginTargetStep =
  /** Send this response and wait for the next request. */
  | { readonly kind: "send"; readonly pdu: LoginPdu }
  /** Send this response; the session is in full feature phase right behind it. */
  | { readonly kind: "done"; readonly pdu: LoginPdu; readonly outcome: LoginTargetOutcome }
  /** Send this response, if there is one, then close. `error` is for the log; its status is what the initiator was told. */
  | { readonly kind: "failed"; readonly pdu: LoginPdu | undefined; readonly error: LoginError }
  /** The same, for an initiator that was sent elsewhere. */
  | { readonly kind: "redirected"; readonly pdu: LoginPdu; readonly address: string };

/** What is known once the initiator said who it is and whom it wants. */
interface Acquaintance {
  readonly introduction: Introduction;
  readonly info: LoginTargetInfo | undefined;
  readonly negotiation: KeyNegotiation;
  readonly security: TargetSecurity;
}

/**
 * The target's side of the login phase (RFC 7143, 6 and 11.13), without I/O: one step for each request. After any step but "send" it is
 * over. What the initiator may do is its choice: both stages, the operational one alone, or the security one alone.
 */
export class LoginTarget {
  readonly #options: LoginTargetOptions;
  readonly #incoming = new TextAssembler(maxLoginTextBytes);
  #outgoing: Uint8Array[] = [];
  /** The request that opened the login: all others must agree with it. */
  #first: LoginRequestPdu | undefined = undefined;
  #stage: LoginStage = LoginStage.securityNegotiation;
  #initiatorName: string | undefined = undefined;
  #acquaintance: Acquaintance | undefined = undefined;
  /** Everything that this stage needs has been said. */
  #ready = false;
  #declared = false;
  #requests = 0;
  #over = false;

  constructor(options: LoginTargetOptions) {
    checkPreferences(options.preferences);
    this.#options = options;
  }

  /** A PDU from the initiator. Both arrays are borrowed until return. */
  handle(bhs: Uint8Array, data: Uint8Array): LoginTargetStep {
    if (this.#over) throw new RangeError("this login is over");
    let step: LoginTargetStep;
    try {
      step = this.#take(this.#accept(bhs), data);
    } catch (thrown) {
      step = this.#refuse(thrown, bhs);
    }
    this.#over = step.kind !== "send";
    return step;
  }

  /** Reads the header and holds it against the ones before. */
  #accept(bhs: Uint8Array): LoginRequestPdu {
    if (this.#first !== undefined && opcodeOf(bhs) !== InitiatorOpcode.loginRequest) {
      throw new LoginRefusal(LoginStatus.invalidDuringLogin, `sent ${opcodeName(opcodeOf(bhs))} during login`);
    }
    const request = readLoginRequest(bhs);
    const first = this.#first;
    if (first === undefined) {
      this.#first = request;
      this.#stage = request.currentStage;
      if (request.versionMin > iscsiVersion) {
        throw new LoginRefusal(LoginStatus.unsupportedVersion, `speaks versions ${request.versionMin} to ${request.versionMax} only`);
      }
    } else if (request.initiatorTaskTag !== first.initiatorTaskTag) {
      throw new LoginRefusal(LoginStatus.initiatorError, "changed the task tag during login");
    } else if (request.tsih !== first.tsih || request.connectionId !== first.connectionId || !sameBytes(request.isid, first.isid)) {
      throw new LoginRefusal(LoginStatus.initiatorError, "changed ISID, TSIH or CID during login");
    } else if (request.currentStage !== this.#stage) {
      throw new LoginRefusal(
        LoginStatus.initiatorError,
        `is in ${loginStageName(request.currentStage)}, where ${loginStageName(this.#stage)} was agreed`,
      );
    }
    this.#requests += 1;
    if (this.#requests > maxLoginPdus) {
      throw new LoginRefusal(LoginStatus.initiatorError, `did not come to an end of the login after ${maxLoginPdus} requests`);
    }
    return request;
  }

  #take(request: LoginRequestPdu, data: Uint8Array): LoginTargetStep {
    if (this.#outgoing.length > 0) {
      if (data.length > 0) throw new LoginRefusal(LoginStatus.initiatorError, "went on before it had all of our text");
      return this.#nextResponse(request);
    }
    const pairs = this.#incoming.append(data, request.continues);
    if (pairs === undefined) return this.#send(request, { transit: false, continues: false, data: new Uint8Array(0) });

    const said: TextPair[] = [];
    let known = this.#acquaintance;
    if (known === undefined) {
      known = this.#meet(pairs);
      this.#acquaintance = known;
      const { info } = known;
      if (info?.redirect !== undefined) return this.#redirect(request, info.redirect);
      if (info?.alias !== undefined) said.push({ key: "TargetAlias", value: info.alias });
      // The first response to a complete text must tell it (RFC 7143, 13.9).
      if (info !== undefined) said.push({ key: "TargetPortalGroupTag", value: String(info.portalGroupTag) });
    }
    said.push(...this.#answer(pairs, known));
    this.#outgoing = splitText(encodeText(said), loginSegmentLength);
    return this.#nextResponse(request);
  }

  /** The first text: who, whom, and what kind of session. */
  #meet(pairs: readonly TextPair[]): Acquaintance {
    const { transport, preferences, random, lookup, discovery } = this.#options;
    const introduction = readIntroduction(pairs);
    this.#initiatorName = introduction.initiatorName;
    const info = introduction.sessionType === "normal" ? lookup(introduction.targetName ?? "", introduction.initiatorName) : undefined;
    if (typeof info === "number") throw new LoginRefusal(info, `may not use target ${introduction.targetName}`, "TargetName");
    if (info === undefined && introduction.sessionType === "normal") {
      throw new LoginRefusal(LoginStatus.notFound, `asked for ${introduction.targetName}, which is not here`, "TargetName");
    }
    const authentication = (info ?? discovery).authentication;
    if (authentication.kind !== "none" && this.#stage !== LoginStage.securityNegotiation && info?.redirect === undefined) {
      throw new LoginRefusal(LoginStatus.authenticationFailure, "skipped security negotiation, and CHAP is required", "AuthMethod");
    }
    return {
      introduction,
      info,
      negotiation: new KeyNegotiation("target", transport, introduction.sessionType, preferences),
      security: new TargetSecurity(authentication, random),
    };
  }

  #answer(pairs: readonly TextPair[], { introduction, negotiation, security }: Acquaintance): TextPair[] {
    const inSecurity = this.#stage === LoginStage.securityNegotiation;
    const text = new SecurityText();
    const answers: TextPair[] = [];
    for (const pair of pairs) {
      if (introductionKeys.has(pair.key)) {
        introduction.confirm(pair);
      } else if (inSecurity && loginKey(pair.key)?.phase === "security") {
        text.add(pair);
      } else {
        const answer = negotiation.receive(pair);
        if (answer !== undefined) answers.push(answer);
      }
    }
    if (inSecurity) {
      answers.push(...security.receive(text));
      this.#ready = security.isComplete;
    } else if (!this.#declared) {
      this.#declared = true;
      answers.push(...negotiation.declarations());
      const insisted = negotiation.insistence();
      answers.push(...insisted);
      // The initiator must have its say about what we brought up, so it cannot leave with this response.
      this.#ready = insisted.length === 0;
    } else {
      this.#ready = true;
    }
    return answers;
  }

  #nextResponse(request: LoginRequestPdu): LoginTargetStep {
    const data = this.#outgoing.shift() ?? new Uint8Array(0);
    if (this.#outgoing.length > 0) return this.#send(request, { transit: false, continues: true, data });
    if (!request.transit || !this.#ready || this.#acquaintance === undefined) {
      return this.#send(request, { transit: false, continues: false, data });
    }
    if (request.nextStage === LoginStage.fullFeaturePhase) return this.#finish(request, data, this.#acquaintance);
    const step = this.#send(request, { transit: true, continues: false, data });
    this.#stage = request.nextStage;
    this.#ready = false;
    return step;
  }

  #send(
    request: LoginRequestPdu,
    { transit, continues, data }: { transit: boolean; continues: boolean; data: Uint8Array },
  ): LoginTargetStep {
    const flags = { transit, continues, currentStage: request.currentStage, nextStage: request.nextStage };
    return { kind: "send", pdu: { bhs: responseHeader(request, flags, request.tsih, LoginStatus.success), data } };
  }

  #finish(request: LoginRequestPdu, data: Uint8Array, { introduction, info, negotiation, security }: Acquaintance): LoginTargetStep {
    negotiation.finish();
    const identity: LoginIdentity = {
      sessionType: introduction.sessionType,
      initiatorName: introduction.initiatorName,
      initiatorAlias: introduction.initiatorAlias,
      targetName: introduction.targetName,
      isid: request.isid,
      requestedTsih: request.tsih,
      connectionId: request.connectionId,
      user: security.user,
    };
    const admission = this.#options.admit(identity);
    if ("refuse" in admission) throw new LoginRefusal(admission.refuse, "was not admitted");
    const negotiated = negotiation.negotiated();
    const bhs = responseHeader(request, request, admission.tsih, LoginStatus.success);
    return {
      kind: "done",
      pdu: { bhs, data },
      outcome: {
        parameters: transferParameters(negotiated, "target"),
        negotiated,
        identity,
        tsih: admission.tsih,
        portalGroupTag: info?.portalGroupTag,
      },
    };
  }

  #redirect(request: LoginRequestPdu, { permanent, address }: { permanent: boolean; address: string }): LoginTargetStep {
    const status = permanent ? LoginStatus.targetMovedPermanently : LoginStatus.targetMovedTemporarily;
    const bhs = responseHeader(request, refusalFlags, request.tsih, status);
    return { kind: "redirected", pdu: { bhs, data: encodeText([{ key: "TargetAddress", value: address }]) }, address };
  }

  #refuse(thrown: unknown, bhs: Uint8Array): LoginTargetStep {
    const { status, key } = judge(thrown);
    const who = this.#initiatorName === undefined ? "an initiator" : `initiator ${this.#initiatorName}`;
    const what = (thrown as Error).message;
    const error = new LoginError(`${who} ${what}; answered ${loginStatusReason(status).toLowerCase()} (${loginStatusCode(status)})`, {
      reason: loginStatusReason(status),
      status,
      key,
      cause: thrown,
    });
    // Whoever does not begin with a Login Request is answered nothing (RFC 7143, 4.2.4).
    if (this.#first === undefined && !isLoginRequest(bhs)) return { kind: "failed", pdu: undefined, error };
    return { kind: "failed", pdu: { bhs: refusalHeader(bhs, status), data: new Uint8Array(0) }, error };
  }
}

/** Which status an error becomes. What none of these is, is a bug of ours and goes on. */
function judge(thrown: unknown): { status: LoginStatus; key: string | undefined } {
  if (thrown instanceof LoginRefusal) return { status: thrown.status, key: thrown.key };
  if (thrown instanceof NegotiationError || thrown instanceof SecurityTextError)
    return { status: LoginStatus.initiatorError, key: thrown.key };
  if (thrown instanceof ProtocolError) return { status: LoginStatus.initiatorError, key: undefined };
  throw thrown;
}

function isLoginRequest(bhs: Uint8Array): boolean {
  return bhs.length >= bhsLength && opcodeOf(bhs) === InitiatorOpcode.loginRequest;
}

function responseHeader(request: LoginRequestPdu, flags: LoginFlags, tsih: number, status: LoginStatus): Uint8Array {
  const bhs = new Uint8Array(bhsLength);
  writeLoginResponse(
    {
      transit: flags.transit,
      continues: flags.continues,
      currentStage: flags.currentStage,
      nextStage: flags.nextStage,
      versionMax: iscsiVersion,
      versionActive: iscsiVersion,
      isid: request.isid,
      tsih,
      initiatorTaskTag: request.initiatorTaskTag,
      status,
      statSn: 0,
      expCmdSn: 0,
      maxCmdSn: 0,
    },
    bhs,
  );
  return bhs;
}

/** A refusal answers headers that may not even be readable, so it takes the few fields it repeats as they are. */
function refusalHeader(request: Uint8Array, status: LoginStatus): Uint8Array {
  const bhs = new Uint8Array(bhsLength);
  writeLoginResponse(
    {
      ...refusalFlags,
      versionMax: iscsiVersion,
      versionActive: iscsiVersion,
      isid: request.subarray(LoginRequestField.isid, LoginRequestField.isid + 6),
      tsih: 0,
      initiatorTaskTag: readUint32(request, BhsField.initiatorTaskTag),
      status,
      statSn: 0,
      expCmdSn: 0,
      maxCmdSn: 0,
    },
    bhs,
  );
  return bhs;
}
