import type { SessionConfig } from "#control";
import { type ConnectionTimeouts, defaultConnectionTimeouts } from "#iscsi";
import type { Settings } from "./settings.ts";

/** The time-outs of a session: its own where it has some, else what the daemon's variables say at the moment. */
export class LiveTimeouts implements ConnectionTimeouts {
  readonly pingAfterMs = defaultConnectionTimeouts.pingAfterMs;
  readonly logoutMs = defaultConnectionTimeouts.logoutMs;
  readonly #config: Pick<SessionConfig, "loginTimeoutS" | "pingTimeoutS">;
  readonly #settings: Settings;

  constructor(config: Pick<SessionConfig, "loginTimeoutS" | "pingTimeoutS">, settings: Settings) {
    this.#config = config;
    this.#settings = settings;
  }

  get loginMs(): number {
    return (this.#config.loginTimeoutS ?? this.#settings.loginTimeoutS) * 1000;
  }

  get pingMs(): number {
    return (this.#config.pingTimeoutS ?? this.#settings.pingTimeoutS) * 1000;
  }
}
