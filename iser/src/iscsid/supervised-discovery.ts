import type { Duration, Timer } from "kit/clock";
import type { SessionConfig, SessionStatus } from "#control";
import { LoginError } from "#iscsi";
import { configuredStatus } from "./configured-status.ts";
import type { FoundTarget } from "./initiator.ts";
import type { Supervised, SupervisionParts } from "./supervised-session.ts";

const firstRetryMs: Duration = 1000;
const longestRetryMs: Duration = 30_000;

/** Targets that were found by a discovery that was configured so. */
type OnFound = (discovery: SessionConfig, targets: readonly FoundTarget[]) => void;

/** A discovery session: asks a portal for its targets until it gets an answer, hands them over, and is done. */
export class SupervisedDiscovery implements Supervised {
  readonly id: number;
  readonly counters = undefined;
  readonly connected = false;
  #config: SessionConfig;
  readonly #parts: SupervisionParts;
  readonly #onChange: () => void;
  readonly #onFound: OnFound;
  #failureReason: string | undefined = undefined;
  #failures = 0;
  #abandon: (() => void) | undefined = undefined;
  #retry: Timer | undefined = undefined;

  constructor(
    id: number,
    config: SessionConfig,
    parts: SupervisionParts,
    listener: { readonly onChange: () => void; readonly onFound: OnFound },
  ) {
    this.id = id;
    this.#config = config;
    this.#parts = parts;
    this.#onChange = listener.onChange;
    this.#onFound = listener.onFound;
    if (config.enable) this.#ask();
  }

  get config(): SessionConfig {
    return this.#config;
  }

  get status(): SessionStatus {
    return {
      ...configuredStatus(this.id, this.#config, this.#parts.initiator.name),
      initiatorPortal: undefined,
      targetAlias: undefined,
      connected: false,
      failureReason: this.#failureReason,
      negotiated: undefined,
      devices: [],
    };
  }

  reconfigure(config: SessionConfig): void {
    this.#giveUp();
    this.#config = config;
    this.#failureReason = undefined;
    this.#failures = 0;
    if (config.enable) this.#ask();
    this.#onChange();
  }

  close(done: () => void): void {
    this.#giveUp();
    done();
  }

  #giveUp(): void {
    this.#abandon?.();
    this.#abandon = undefined;
    this.#retry?.cancel();
  }

  #ask(): void {
    this.#retry = undefined;
    this.#abandon = this.#parts.initiator.discover(this.#config, (outcome) => {
      this.#abandon = undefined;
      if (outcome instanceof Error) this.#onFailure(outcome);
      else this.#onFound(this.#config, outcome);
    });
  }

  #onFailure(error: Error): void {
    const reason = error instanceof LoginError ? error.reason : error.message;
    const log = this.#parts.log.with({ session: this.id, portal: this.#config.targetAddress });
    if (reason !== this.#failureReason) log.warn("discovery failed", { reason: error.message });
    this.#failureReason = reason;
    const nominal = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(this.#failures, 10));
    this.#failures++;
    this.#retry = this.#parts.clock.after(nominal * (0.75 + this.#parts.random.fraction() / 2), () => this.#ask());
    this.#onChange();
  }
}
