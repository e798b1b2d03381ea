import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Repository } from "../repository.ts";

/** A real repository in a folder of its own, out of reach of the configuration and the hooks of whoever runs the tests. */
export class ScratchRepository implements Disposable {
  /** The folder that goes away in the end; the repository is below it, so that tests have room beside it. */
  readonly home: string;
  readonly root: string;
  env: Record<string, string>;

  constructor(options: { readonly objectFormat?: "sha1" | "sha256" } = {}) {
    this.home = realpathSync(mkdtempSync(join(tmpdir(), "lrc-scratch-")));
    this.root = join(this.home, "repository");
    mkdirSync(this.root);
    this.env = {
      PATH: process.env.PATH ?? "",
      HOME: this.home,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: join(this.home, "gitconfig"),
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.org",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.org",
      GIT_EDITOR: "true",
      LC_ALL: "C.UTF-8",
    };
    writeFileSync(join(this.home, "gitconfig"), '[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n');
    this.git("init", "--quiet", "--template=", `--object-format=${options.objectFormat ?? "sha1"}`);
  }

  /** Runs git and returns what it printed; throws when it fails. */
  git(...args: readonly string[]): string {
    const { status, stdout, stderr } = this.tryGit(...args);
    if (status !== 0) throw new Error(`git ${args.join(" ")} ended with ${status}: ${stderr}`);
    return stdout;
  }

  tryGit(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
    const { status, stdout, stderr, error } = spawnSync("git", args, { cwd: this.root, env: this.env, encoding: "utf8" });
    if (error !== undefined) throw error;
    return { status, stdout, stderr };
  }

  write(path: string, content: string | Uint8Array, options: { readonly executable?: boolean } = {}): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, options.executable === true ? 0o755 : 0o644);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  link(path: string, target: string): void {
    rmSync(join(this.root, path), { force: true });
    symlinkSync(target, join(this.root, path));
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true, force: true });
  }

  /** Stages everything and commits it; returns the id. */
  commit(message: string): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--no-verify", "--allow-empty", "-m", message);
    return this.git("rev-parse", "HEAD").trim();
  }

  open(directory = this.root): Promise<Repository> {
    return Repository.open({ directory, env: this.env });
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
