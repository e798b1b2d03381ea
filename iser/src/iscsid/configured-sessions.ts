import { readFileSync } from "node:fs";
import { systemErrorCode, UserError } from "kit/cli";
import { type ConfiguredSession, formatDiagnostic, parseIscsiConfiguration } from "#config";
import { type SessionConfig, sessionConfigToJson } from "#control";

/** What of an iscsi.conf is another since it was last read. */
export interface SessionsPlan {
  readonly add: readonly SessionConfig[];
  readonly remove: readonly SessionConfig[];
  readonly change: readonly { readonly from: SessionConfig; readonly to: SessionConfig }[];
}

/** The sessions of an iscsi.conf as it was last read. The daemon adds none of them by itself: iscsictl -Aa does. */
export class ConfiguredSessions {
  readonly #file: string;
  readonly #isNamed: boolean;
  #sessions: readonly ConfiguredSession[];

  /**
   * Reads the file for the first time.
   *
   * @param isNamed whether the user named it: then it has to be there, and be right
   * @param onUnusable hears what is wrong with one that the user did not name: a daemon that nobody has asked to read it must not fail for that
   * @throws UserError for one that was named and cannot be read or has an error in it
   */
  constructor(file: string, isNamed: boolean, onUnusable: (reason: string) => void) {
    this.#file = file;
    this.#isNamed = isNamed;
    try {
      this.#sessions = this.#read();
    } catch (error) {
      if (isNamed || !(error instanceof UserError)) throw error;
      onUnusable(error.message);
      this.#sessions = [];
    }
  }

  /**
   * Reads the file again and says what is to be done about the sessions; `apply` is to be called when it is.
   *
   * @throws UserError for one that cannot be read or has an error in it; then nothing is to be done
   */
  plan(): { readonly sessions: SessionsPlan; apply(): void } {
    const now = this.#read();
    return {
      sessions: differenceOf(this.#sessions, now),
      apply: () => {
        this.#sessions = now;
      },
    };
  }

  #read(): readonly ConfiguredSession[] {
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch (error) {
      if (!this.#isNamed && systemErrorCode(error) === "ENOENT") return [];
      throw new UserError(`cannot read ${this.#file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    const { sessions, diagnostics } = parseIscsiConfiguration(text);
    const wrong = diagnostics.find(({ severity }) => severity === "error");
    if (wrong !== undefined) throw new UserError(formatDiagnostic(this.#file, wrong).trimEnd());
    return sessions;
  }
}

/** A block is known by its nickname: what else of it changes is a change of one session. */
function differenceOf(before: readonly ConfiguredSession[], now: readonly ConfiguredSession[]): SessionsPlan {
  const old = byNickname(before);
  const fresh = byNickname(now);
  return {
    add: [...fresh].filter(([nickname]) => !old.has(nickname)).map(([, session]) => session),
    remove: [...old].filter(([nickname]) => !fresh.has(nickname)).map(([, session]) => session),
    change: [...fresh].flatMap(([nickname, to]) => {
      const from = old.get(nickname);
      return from === undefined || isSame(from, to) ? [] : [{ from, to }];
    }),
  };
}

function byNickname(sessions: readonly ConfiguredSession[]): ReadonlyMap<string, SessionConfig> {
  return new Map(sessions.map(({ nickname, session }) => [nickname.toLowerCase(), session]));
}

function isSame(one: SessionConfig, other: SessionConfig): boolean {
  return JSON.stringify(sessionConfigToJson(one)) === JSON.stringify(sessionConfigToJson(other));
}
