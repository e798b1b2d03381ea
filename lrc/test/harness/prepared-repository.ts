import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReviewedRepository } from "./reviewed-repository.ts";

/**
 * A repository that is prepared once and begun anew as often as it is needed. Always in the same place, because hooks and settings have its paths in them:
 * so there is only one of it at a time.
 */
export class PreparedRepository implements Disposable {
  readonly #scratch: ReviewedRepository;
  readonly #env: Record<string, string>;
  readonly #kept = mkdtempSync(join(tmpdir(), "lrc-prepared-"));

  constructor(prepare: (scratch: ReviewedRepository) => void) {
    this.#scratch = new ReviewedRepository();
    prepare(this.#scratch);
    this.#env = this.#scratch.env;
    copy(this.#scratch.home, this.#kept);
  }

  /** The repository as it was when it was prepared; whatever was done to it since is gone. */
  begin(): ReviewedRepository {
    const { home } = this.#scratch;
    for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true, force: true });
    copy(this.#kept, home);
    this.#scratch.env = this.#env;
    return this.#scratch;
  }

  [Symbol.dispose](): void {
    rmSync(this.#kept, { recursive: true, force: true });
    this.#scratch[Symbol.dispose]();
  }
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}
