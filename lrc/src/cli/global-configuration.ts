import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { xdgDirectories } from "kit/cli";
import type { Surroundings } from "./context.ts";

/** The user's configuration of Git as a file: Git itself writes a setting back in its own manner, and drops a comment behind it. */
export class GlobalConfiguration {
  readonly #file: string;
  readonly #memory: string;

  constructor({ env, home }: Pick<Surroundings, "env" | "home">) {
    const { config, data } = xdgDirectories({ env, home });
    const [usual, other] = [join(home, ".gitconfig"), join(config, "git", "config")];
    this.#file = env.GIT_CONFIG_GLOBAL ?? (!existsSync(usual) && existsSync(other) ? other : usual);
    this.#memory = join(data, "lrc", "configuration-before-hooks.json");
  }

  /** Its bytes; undefined where there is no such file. */
  read(): Buffer | undefined {
    return existsSync(this.#file) ? readFileSync(this.#file) : undefined;
  }

  /** Keeps what was there before our settings were written, and how it looks with them. */
  keep(before: Buffer | undefined): void {
    mkdirSync(dirname(this.#memory), { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ before: before?.toString("base64") ?? null, after: hashOf(this.read()) });
    writeFileSync(this.#memory, text, { mode: 0o600 });
  }

  /** Puts back what was kept, if `installed` is what we left behind; what somebody has changed since is theirs. */
  restore(installed: Buffer | undefined): void {
    if (!existsSync(this.#memory)) return;
    const text = readFileSync(this.#memory, "utf8");
    rmSync(this.#memory);
    const { before, after } = parseKept(text);
    if (after !== hashOf(installed)) return;
    if (before === null) rmSync(this.#file, { force: true });
    else writeFileSync(realpathSync(this.#file), Buffer.from(before, "base64"));
  }
}

/** Damaged, it is about no configuration there is. */
function parseKept(text: string): { readonly before: string | null; readonly after: string } {
  try {
    const { before, after } = JSON.parse(text) as { readonly before?: unknown; readonly after?: unknown };
    return { before: typeof before === "string" ? before : null, after: String(after) };
  } catch {
    return { before: null, after: "" };
  }
}

function hashOf(bytes: Buffer | undefined): string {
  return createHash("sha256")
    .update(bytes ?? "")
    .digest("hex");
}
