import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../programs/free-port.ts";
import { Child, succeed } from "./child-process.ts";

/** One account of tgt's: whom it lets in, or as whom it shows itself. */
export interface TgtAccount {
  readonly user: string;
  readonly secret: string;
}

export interface TgtTargetOptions {
  /** A file to serve, or nothing at all: reads give zeroes, writes go nowhere. */
  readonly backing: { readonly file: string } | "null";
  /** Initiators must show that they are this account. */
  readonly chap?: TgtAccount;
  /** The target shows that it is this account (mutual CHAP). */
  readonly mutualChap?: TgtAccount;
  /** Operational keys and their values; with any of them, tgt declares keys of its own at login. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** Linux SCSI target framework, in user space (Debian: tgt), with a port and a control socket of its own. */
export class Tgt {
  readonly port: number;
  readonly #daemon: Child;
  readonly #env: Readonly<Record<string, string>>;
  readonly #accounts = new Set<string>();
  #targets = 0;

  private constructor(daemon: Child, port: number, env: Readonly<Record<string, string>>) {
    this.#daemon = daemon;
    this.port = port;
    this.#env = env;
  }

  get portal(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** `folder` keeps the control socket, which only this daemon and this object know. Listens on `port`, or else on one that is free. */
  static async start(folder: string, port?: number): Promise<Tgt> {
    const control = join(folder, "tgt");
    mkdirSync(control, { recursive: true });
    const env = { TGT_IPC_SOCKET: join(control, "control") };
    for (;;) {
      const chosen = port ?? (await freePort());
      const daemon = new Child("tgtd", ["-f", "-C", "1", "--iscsi", `portal=127.0.0.1:${chosen}`], { env });
      await daemon.says(/bs_init\(\d+\) use/);
      if (!daemon.output.includes("unable to bind")) return new Tgt(daemon, chosen, env);
      // It goes on without: somebody was faster.
      daemon.kill();
      await daemon.ended;
      if (port !== undefined) throw new Error(`somebody else has tgt's port ${port}:\n${daemon.output}`);
    }
  }

  /** Adds a target with one logical unit, number 1, and lets every address in. */
  async addTarget(name: string, { backing, chap, mutualChap, keys = {} }: TgtTargetOptions): Promise<void> {
    this.#targets += 1;
    const tid = ["--tid", String(this.#targets)];
    const target = ["--mode", "target", ...tid];
    await this.#admin("--op", "new", ...target, "-T", name);
    const store =
      backing === "null" ? ["--bstype", "null", "--backing-store", "1g"] : ["--bstype", "rdwr", "--backing-store", backing.file];
    await this.#admin("--op", "new", "--mode", "logicalunit", ...tid, "--lun", "1", ...store);
    for (const [key, value] of Object.entries(keys)) await this.#admin("--op", "update", ...target, "--name", key, "--value", value);
    if (chap !== undefined) await this.#bindAccount(tid, chap);
    if (mutualChap !== undefined) await this.#bindAccount(tid, mutualChap, "--outgoing");
    await this.#admin("--op", "bind", ...target, "-I", "ALL");
  }

  /** One more portal, for every target there is. */
  async addPortal(): Promise<string> {
    const portal = `127.0.0.1:${await freePort()}`;
    await this.#admin("--op", "new", "--mode", "portal", "--param", `portal=${portal}`);
    return portal;
  }

  /** One more logical unit for the target that was added last, or `removeUnit`. tgt tells who is there by unit attentions. */
  async addUnit(lun: number, file: string): Promise<void> {
    const unit = ["--mode", "logicalunit", "--tid", String(this.#targets), "--lun", String(lun)];
    await this.#admin("--op", "new", ...unit, "--bstype", "rdwr", "--backing-store", file);
  }

  async removeUnit(lun: number): Promise<void> {
    await this.#admin("--op", "delete", "--mode", "logicalunit", "--tid", String(this.#targets), "--lun", String(lun));
  }

  /** tgt says nothing of it to those who are logged in. */
  async protectUnit(lun: number, readOnly: boolean): Promise<void> {
    const unit = ["--mode", "logicalunit", "--tid", String(this.#targets), "--lun", String(lun)];
    await this.#admin("--op", "update", ...unit, "--params", `readonly=${readOnly ? 1 : 0}`);
  }

  async #bindAccount(tid: readonly string[], { user, secret }: TgtAccount, ...direction: readonly string[]): Promise<void> {
    if (!this.#accounts.has(user)) await this.#admin("--op", "new", "--mode", "account", "--user", user, "--password", secret);
    this.#accounts.add(user);
    await this.#admin("--op", "bind", "--mode", "account", ...tid, "--user", user, ...direction);
  }

  /** tgtd ignores SIGTERM: it ends when its last target is gone and it is told to. */
  async stop(): Promise<void> {
    for (let tid = 1; tid <= this.#targets; tid += 1)
      await this.#admin("--op", "delete", "--force", "--mode", "target", "--tid", String(tid));
    await this.#admin("--op", "delete", "--mode", "system");
    await this.#daemon.end();
  }

  /** As when its machine loses power. */
  async kill(): Promise<void> {
    this.#daemon.kill();
    await this.#daemon.ended;
  }

  async #admin(...args: readonly string[]): Promise<void> {
    await succeed("tgtadm", ["-C", "1", "--lld", "iscsi", ...args], { env: this.#env });
  }
}
