import { spawn } from "node:child_process";
import { Secret } from "kit/log";
import { ConnectorError } from "./connector-error.ts";
import { endTree } from "./process-tree.ts";
import type { KeySource } from "./settings.ts";

/** What looking for a key may touch. */
export interface KeyPlaces {
  readonly env: Readonly<Partial<Record<string, string>>>;
  /** The private file of a connector; undefined where there is none. Throws or rejects when others may read it. */
  readonly readKeyFile: (connector: string) => string | undefined | Promise<string | undefined>;
}

/** The service under which keys are kept in the keyring of the desktop. */
const keyringService = "lrc";
/** Long enough to touch a security key. */
const longestCommandMs = 30_000;

/**
 * Fetches a key. Undefined where none is needed; rejects with a ConnectorError that says what to do where it is missing. A command that is still running when
 * `signal` says that nobody wants the key any more is ended, with all that it has started.
 */
export async function findKey(
  name: string,
  source: KeySource,
  places: KeyPlaces,
  { signal, commandMs = longestCommandMs }: { readonly signal?: AbortSignal; readonly commandMs?: number } = {},
): Promise<Secret<string> | undefined> {
  switch (source.kind) {
    case "none":
      return undefined;
    case "env": {
      const value = places.env[source.variable]?.trim();
      if (value === undefined || value === "") throw new ConnectorError("key", `the environment has no ${source.variable}`);
      return new Secret(value);
    }
    case "file": {
      const value = (await fromFile(name, places))?.trim();
      if (value === undefined || value === "")
        throw new ConnectorError("key", `there is no key file for ${name}: lrc connectors add ${name} --key-stdin`);
      return new Secret(value);
    }
    case "keyring": {
      const value = await fromKeyring(name);
      if (value === undefined)
        throw new ConnectorError("key", `the keyring has no key for ${name}: lrc connectors add ${name} --key-stdin --key keyring`);
      return new Secret(value);
    }
    case "command":
      return new Secret(await outputOf(source.command, places.env, commandMs, signal));
  }
}

async function fromFile(name: string, { readKeyFile }: KeyPlaces): Promise<string | undefined> {
  try {
    return await readKeyFile(name);
  } catch (error) {
    throw new ConnectorError("key", error instanceof Error ? error.message : String(error), { cause: error });
  }
}

interface Keyring {
  readonly Entry: new (
    service: string,
    account: string,
  ) => { getPassword(): string | null; setPassword(password: string): void; deletePassword(): boolean };
}

async function keyring(): Promise<Keyring> {
  try {
    return (await import("@napi-rs/keyring")) as Keyring;
  } catch (error) {
    throw new ConnectorError("key", "there is no keyring for this machine", { cause: error });
  }
}

async function fromKeyring(name: string): Promise<string | undefined> {
  const { Entry } = await keyring();
  try {
    return new Entry(keyringService, name).getPassword() ?? undefined;
  } catch (error) {
    throw new ConnectorError("key", `the keyring does not open (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** Puts a key into the keyring of the desktop; rejects with a ConnectorError where there is none. */
export async function keepInKeyring(name: string, key: Secret<string>): Promise<void> {
  const { Entry } = await keyring();
  try {
    new Entry(keyringService, name).setPassword(key.reveal());
  } catch (error) {
    throw new ConnectorError("key", `the keyring does not take it (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** Takes a key out of the keyring again, if it is there and there is one. */
export async function forgetInKeyring(name: string): Promise<void> {
  try {
    const { Entry } = await keyring();
    new Entry(keyringService, name).deletePassword();
  } catch {
    // Nothing is kept where nothing can be.
  }
}

/** The first line that a command prints: how password managers hand out a password. Who waits for somebody who does not come is not waited for. */
function outputOf(command: string, env: KeyPlaces["env"], longestMs: number, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    // Not in a session of its own: it may have to ask for a passphrase on the terminal.
    const child = spawn(command, { shell: true, env: withoutGit(env), stdio: ["ignore", "pipe", "ignore"] });
    let output = "";
    const fail = (what: string): void => reject(new ConnectorError("key", what));
    const late = AbortSignal.timeout(longestMs);
    const given = AbortSignal.any(signal === undefined ? [late] : [late, signal]);
    const giveUp = (): void => {
      if (child.pid !== undefined && child.exitCode === null) endTree(child.pid);
      // What it left running may hold on to the pipe.
      child.stdout.destroy();
      fail(
        late.aborted
          ? `the command for the key prints none within ${Math.round(longestMs / 1000)} s`
          : "the command for the key was not waited for",
      );
    };
    const end = (): void => given.removeEventListener("abort", giveUp);
    given.addEventListener("abort", giveUp, { once: true });
    child.stdout.on("data", (chunk: Buffer) => {
      if (output.length < 65_536) output += chunk.toString();
    });
    child.on("error", (error) => {
      end();
      fail(`the command that prints the key does not start: ${error.message}`);
    });
    child.on("close", (code, killedBy) => {
      end();
      const key = output.split("\n", 1)[0]!.trim();
      if (code === 0 && key !== "") resolve(key);
      else fail(code === 0 ? "the command for the key prints nothing" : `the command for the key ends with ${code ?? killedBy}`);
    });
  });
}

/** A hook's environment says which repository Git works on; nobody else should believe that it is theirs. */
export function withoutGit(env: Readonly<Partial<Record<string, string>>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith("GIT_")),
  );
}
