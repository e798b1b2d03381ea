import { PortalSyntaxError, parsePortal } from "../discovery/portal.ts";
import { bhsLength } from "../pdu/basic-header-segment.ts";
import { writeLoginRequest } from "../pdu/login-request.ts";
import { type LoginResponsePdu, readLoginResponse } from "../pdu/login-response.ts";
import { LoginStage, loginStageName } from "../pdu/login-stage.ts";
import { LoginStatus } from "../pdu/login-status.ts";
import { ProtocolError } from "../protocol-error.ts";
import { splitText, TextAssembler } from "../text/text-assembler.ts";
import { encodeText, parseText, ReservedValue, type TextPair } from "../text/text-pair.ts";
import { parseNumber } from "../text/text-value.ts";
import { sameBytes } from "./chap.ts";
import type { ChapAlgorithm } from "./chap-credentials.ts";
import { KeyNegotiation, NegotiationError, transferParameters } from "./key-negotiation.ts";
import { loginKey } from "./keys.ts";
import { LoginError, loginRefused } from "./login-error.ts";
import { checkInitiatorOptions, type LoginInitiatorOptions } from "./login-initiator-options.ts";
import type { LoginOutcome, LoginPdu } from "./login-outcome.ts";
import { iscsiVersion, loginSegmentLength, maxLoginPdus, maxLoginTextBytes } from "./login-text.ts";
import { InitiatorSecurity } from "./security-initiator.ts";
import { SecurityText, SecurityTextError } from "./security-text.ts";

export type LoginStep =
  /** Send this request and hand its response to `handle`. Login is a strict alternation: there is never more than one. */
  | { readonly kind: "send"; readonly pdu: LoginPdu }
  /** Logged in. */
  | { readonly kind: "done"; readonly outcome: LoginOutcome }
  /** Log in there instead, with a new connection; `permanent`: forget the old address. `parsePortal` understands the address. */
  | { readonly kind: "redirect"; readonly permanent: boolean; readonly address: string }
  /**
   * The target may have choked on our list of CHAP algorithms: log in again, on a new connection, with `credentials.algorithms` narrowed to
   * these. `error` is what to report when that is not wanted.
   */
  | { readonly kind: "retry"; readonly algorithms: readonly ChapAlgorithm[]; readonly error: LoginError }
  /** Not logged in; close the connection. */
  | { readonly kind: "failed"; readonly error: LoginError };

/**
 * The initiator's side of the login phase (RFC 7143, 6 and 11.12), without I/O: one step for each input. After any step but "send" it
 * is over and nothing more may be handed in. It throws RangeError for options that no login can carry, and nothing else.
 *
 *     security stage: AuthMethod [, CHAP_A, then CHAP_N and CHAP_R]  →  operational stage: all other keys  →  full feature phase
 */
export class LoginInitiator {
  readonly #options: LoginInitiatorOptions;
  /** How messages name the target. */
  readonly #target: string;
  readonly #negotiation: KeyNegotiation;
  readonly #security: InitiatorSecurity;
  readonly #incoming = new TextAssembler(maxLoginTextBytes);
  /** Segments of our text that are still to be sent. */
  #outgoing: Uint8Array[] = [];
  #stage: LoginStage;
  /** Our text said that we are ready to leave the stage. */
  #transit = false;
  #requests = 0;
  #over = false;
  /** The target waits for our next request. */
  #isOurTurn = false;
  #targetAlias: string | undefined = undefined;
  #portalGroupTag: number | undefined = undefined;

  constructor(options: LoginInitiatorOptions) {
    checkInitiatorOptions(options);
    this.#options = options;
    this.#target = options.targetName === undefined ? "the portal" : `target ${options.targetName}`;
    this.#negotiation = new KeyNegotiation("initiator", options.transport, options.sessionType, options.preferences);
    this.#security = new InitiatorSecurity(this.#target, options.credentials, options.random);
    this.#stage = options.singleStage === true ? LoginStage.operationalNegotiation : LoginStage.securityNegotiation;
  }

  /** The first request. */
  start(): LoginStep {
    const who = this.#introduction();
    if (this.#stage === LoginStage.operationalNegotiation) return this.#say([...who, ...this.#negotiation.opening()], true);
    const { pairs, ready } = this.#security.opening();
    return this.#say([...who, ...pairs], ready);
  }

  /** A PDU from the target. Both arrays are borrowed until return. */
  handle(bhs: Uint8Array, data: Uint8Array): LoginStep {
    if (this.#over) throw new RangeError("this login is over");
    return this.#guarded(() => {
      const response = readLoginResponse(bhs);
      if (response.status >> 8 === 1) return this.#redirected(response.status, data);
      if (response.status !== LoginStatus.success) throw this.#refused(response.status, data);
      this.#check(response);
      this.#isOurTurn = !(response.transit && response.nextStage === LoginStage.fullFeaturePhase);
      return this.#take(response, data);
    });
  }

  /**
   * After "failed": the last request, if the target waits for one. It contradicts itself (T and C, RFC 7143, 11.12.1), so that a refusal is all it can lead to, and the target is done with this
   * login. Linux LIO that is left alone with half a login over iSER serves no other one at that portal group any more.
   */
  get farewell(): LoginPdu | undefined {
    if (!this.#over || !this.#isOurTurn) return undefined;
    return this.#pdu(new Uint8Array(0), { continues: true, transit: true });
  }

  /** The connection ended before the login did: "retry" or "failed". */
  closed(cause: Error | undefined): LoginStep {
    return this.#guarded(() => {
      throw new LoginError(
        `${this.#target} closed the connection during ${loginStageName(this.#stage)}${this.#guess}; its log may say why`,
        {
          reason: "Connection closed during login",
          transient: true,
          cause,
        },
      );
    });
  }

  /** What a target may have meant that hangs up: Linux LIO closes an iSER connection before its refusal is out. */
  get #guess(): string {
    if (this.#security.awaitsVerdict) return ", where a wrong user or secret is refused";
    if (this.#requests !== 1) return "";
    const reasons = this.#options.credentials === undefined ? ["because it requires authentication"] : [];
    return `, perhaps ${[...reasons, "because this port is for the other of iSCSI over TCP and iSER"].join(", or ")}`;
  }

  /** Turns what was thrown, all of which is the target's doing, into the last step. */
  #guarded(work: () => LoginStep): LoginStep {
    try {
      const step = work();
      this.#over = step.kind !== "send";
      return step;
    } catch (thrown) {
      this.#over = true;
      const error = this.#asLoginError(thrown);
      const algorithms = this.#stage === LoginStage.securityNegotiation ? this.#security.narrowerAlgorithms : undefined;
      return algorithms === undefined ? { kind: "failed", error } : { kind: "retry", algorithms, error };
    }
  }

  #asLoginError(thrown: unknown): LoginError {
    if (thrown instanceof LoginError) return thrown;
    if (thrown instanceof NegotiationError || thrown instanceof SecurityTextError) {
      return new LoginError(`${this.#target} ${thrown.message}`, { reason: "Negotiation failed", key: thrown.key, cause: thrown });
    }
    if (thrown instanceof ProtocolError) {
      return new LoginError(`${this.#target} broke the login protocol: ${thrown.message}`, { reason: "Protocol error", cause: thrown });
    }
    throw thrown;
  }

  #refused(status: number, data: Uint8Array): LoginError {
    if (status !== LoginStatus.authenticationFailure) return loginRefused(this.#target, status);
    if (this.#options.credentials === undefined) {
      return loginRefused(this.#target, status, "it requires authentication; give a user and secret");
    }
    // tgt says on the way out that it was the method itself. The bytes are compared, not parsed: the status counts even if the text is no text.
    if (Buffer.from(data).includes(`AuthMethod=${ReservedValue.reject}\0`))
      return loginRefused(this.#target, status, "it takes no CHAP; leave out user and secret if it needs none");
    if (this.#requests === 1) {
      return loginRefused(this.#target, status, "it did not even ask for a proof; leave out user and secret if it needs none");
    }
    return loginRefused(this.#target, status);
  }

  #redirected(status: number, data: Uint8Array): LoginStep {
    const address = parseText(data).find((pair) => pair.key === "TargetAddress")?.value;
    const where = address ?? "no address at all";
    try {
      parsePortal(where);
    } catch (error) {
      if (!(error instanceof PortalSyntaxError)) throw error;
      throw new LoginError(`${this.#target} sent us elsewhere, but its TargetAddress is of no use: ${error.message}`, {
        reason: "Redirected to nowhere",
        status,
        key: "TargetAddress",
      });
    }
    return { kind: "redirect", permanent: status === LoginStatus.targetMovedPermanently, address: where };
  }

  #check(response: LoginResponsePdu): void {
    if (response.initiatorTaskTag !== this.#taskTag) {
      throw new ProtocolError(
        "tag",
        `a response with task tag ${response.initiatorTaskTag} where ${this.#taskTag} was sent (RFC 7143, 11.13)`,
      );
    }
    if (!sameBytes(response.isid, this.#options.isid)) throw new ProtocolError("field", "a response with another ISID (RFC 7143, 11.13)");
    if (response.versionActive !== iscsiVersion) {
      throw new ProtocolError("field", `it speaks version ${response.versionActive} only (RFC 7143, 11.13.2)`);
    }
    if (response.currentStage !== this.#stage) {
      throw new ProtocolError(
        "field",
        `it is in ${loginStageName(response.currentStage)}, we are in ${loginStageName(this.#stage)} (RFC 7143, 6.3)`,
      );
    }
    if (!response.transit) return;
    if (!this.#transit || this.#outgoing.length > 0) {
      throw new ProtocolError("field", `it left ${loginStageName(this.#stage)} before we were ready (RFC 7143, 11.12.1)`);
    }
    if (response.nextStage !== this.#nextStage) {
      throw new ProtocolError("field", `it went on to ${loginStageName(response.nextStage)} without being asked (RFC 7143, 11.12.3)`);
    }
  }

  /** A response that is no refusal. */
  #take(response: LoginResponsePdu, data: Uint8Array): LoginStep {
    if (this.#outgoing.length > 0) {
      if (data.length > 0) throw new ProtocolError("negotiation", "it answered before it had all of our text (RFC 7143, 11.12.2)");
      return this.#nextRequest();
    }
    const pairs = this.#incoming.append(data, response.continues);
    if (pairs === undefined) return this.#request(new Uint8Array(0), { continues: false, transit: false });

    const security = new SecurityText();
    const answers: TextPair[] = [];
    for (const pair of pairs) {
      const answer = this.#takePair(pair, security);
      if (answer === undefined) continue;
      if (response.transit && response.nextStage === LoginStage.fullFeaturePhase) checkUnanswered(pair, answer);
      answers.push(answer);
    }
    return this.#stage === LoginStage.securityNegotiation
      ? this.#takeSecurity(response, security, answers)
      : this.#takeOperational(response, answers);
  }

  #takePair(pair: TextPair, security: SecurityText): TextPair | undefined {
    switch (pair.key) {
      case "TargetAlias":
        this.#targetAlias = pair.value;
        return undefined;
      case "TargetPortalGroupTag":
        this.#portalGroupTag = parseNumber(pair.value);
        return undefined;
      // Only a redirection gives it a meaning.
      case "TargetAddress":
        return undefined;
    }
    if (this.#stage === LoginStage.securityNegotiation && loginKey(pair.key)?.phase === "security") {
      security.add(pair);
      return undefined;
    }
    return this.#negotiation.receive(pair);
  }

  #takeSecurity(response: LoginResponsePdu, text: SecurityText, answers: readonly TextPair[]): LoginStep {
    const { pairs, ready } = this.#security.receive(text);
    if (!response.transit) return this.#say([...answers, ...pairs], ready);
    if (!this.#security.isComplete) {
      throw new LoginError(`${this.#target} left security negotiation before CHAP was over; check that it demands CHAP`, {
        reason: "Authentication skipped",
        key: "CHAP_R",
      });
    }
    this.#stage = LoginStage.operationalNegotiation;
    return this.#say([...answers, ...this.#negotiation.opening()], true);
  }

  #takeOperational(response: LoginResponsePdu, answers: readonly TextPair[]): LoginStep {
    // tgt answers T=0 whenever it had something to declare, and wants one more request, be it empty.
    if (!response.transit) return this.#say(answers, true);
    this.#negotiation.finish();
    const negotiated = this.#negotiation.negotiated();
    return {
      kind: "done",
      outcome: {
        parameters: transferParameters(negotiated, "initiator"),
        negotiated,
        tsih: response.tsih,
        targetAlias: this.#targetAlias,
        portalGroupTag: this.#portalGroupTag,
        statSn: response.statSn,
        expCmdSn: response.expCmdSn,
        maxCmdSn: response.maxCmdSn,
      },
    };
  }

  #introduction(): TextPair[] {
    const { initiatorName, initiatorAlias, targetName, sessionType } = this.#options;
    const pairs: TextPair[] = [{ key: "InitiatorName", value: initiatorName }];
    if (initiatorAlias !== undefined) pairs.push({ key: "InitiatorAlias", value: initiatorAlias });
    if (targetName !== undefined) pairs.push({ key: "TargetName", value: targetName });
    pairs.push({ key: "SessionType", value: sessionType === "normal" ? "Normal" : "Discovery" });
    return pairs;
  }

  #say(pairs: readonly TextPair[], transit: boolean): LoginStep {
    this.#transit = transit;
    this.#outgoing = splitText(encodeText(pairs), loginSegmentLength);
    return this.#nextRequest();
  }

  #nextRequest(): LoginStep {
    const data = this.#outgoing.shift() ?? new Uint8Array(0);
    const continues = this.#outgoing.length > 0;
    return this.#request(data, { continues, transit: this.#transit && !continues });
  }

  #request(data: Uint8Array, flags: { readonly continues: boolean; readonly transit: boolean }): LoginStep {
    this.#requests += 1;
    if (this.#requests > maxLoginPdus) {
      throw new LoginError(`${this.#target} does not come to an end of the login after ${maxLoginPdus} requests`, {
        reason: "Login does not end",
      });
    }
    this.#isOurTurn = false;
    return { kind: "send", pdu: this.#pdu(data, flags) };
  }

  #pdu(data: Uint8Array, flags: { readonly continues: boolean; readonly transit: boolean }): LoginPdu {
    const bhs = new Uint8Array(bhsLength);
    writeLoginRequest(
      {
        ...flags,
        currentStage: this.#stage,
        nextStage: this.#nextStage,
        versionMax: iscsiVersion,
        versionMin: iscsiVersion,
        isid: this.#options.isid,
        tsih: this.#options.tsih,
        initiatorTaskTag: this.#taskTag,
        connectionId: this.#options.connectionId,
        cmdSn: 0,
        expStatSn: 0,
      },
      bhs,
    );
    return { bhs, data };
  }

  get #taskTag(): number {
    return this.#options.initiatorTaskTag ?? 0;
  }

  get #nextStage(): LoginStage {
    return this.#stage === LoginStage.securityNegotiation ? LoginStage.operationalNegotiation : LoginStage.fullFeaturePhase;
  }
}

/**
 * The target brought a key up in the response that ends the login, so our answer cannot reach it (LIO does so). Fine as long as the answer would have
 * been what it said.
 */
function checkUnanswered(theirs: TextPair, ours: TextPair): void {
  if (ours.value === theirs.value || ours.value === ReservedValue.notUnderstood || ours.value === ReservedValue.irrelevant) return;
  throw new NegotiationError(theirs.key, `wants ${theirs.key}=${theirs.value} and left no room for our answer, ${ours.value}`);
}
