import { existsSync, linkSync, lstatSync, rmSync } from "node:fs";
import { connect, type Server } from "node:net";
import { basename, dirname, join } from "node:path";
import { bind } from "./bind.ts";
import type { UnixAddress } from "./socket-address.ts";
import { describeSocketError, longestPath, pathTooLong, SocketError } from "./socket-error.ts";

const defaultMode = 0o600;

/** Names that are ours, until they are taken away. */
const ours = new Set<UnixSocketFile>();

/**
 * The name by which a listening unix socket is found. It appears when connections are accepted already, never in the place of a socket that somebody listens on, and is taken away by
 * whoever put it there alone. Node would take away whatever is at the path it bound: the socket is therefore bound by another name, which is gone before anybody can miss it.
 */
export class UnixSocketFile {
  readonly #path: string;
  readonly #identity: string | undefined;

  /**
   * Makes `server` listen and be found at `address`, with its permissions from the moment it exists; a stale socket, which nobody listens on, is replaced. Rejects with a SocketError; the
   * server is closed then.
   */
  static async bind(server: Server, address: UnixAddress): Promise<UnixSocketFile> {
    const tooLong = pathTooLong("listen on", address);
    if (tooLong !== undefined) throw tooLong;
    const draft = await bindDraft(server, address);
    try {
      await publish(draft, address);
      return new UnixSocketFile(address.path, inodeOf(draft));
    } catch (error) {
      server.close();
      throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  private constructor(path: string, identity: string | undefined) {
    this.#path = path;
    this.#identity = identity;
    // A program may end without having closed anything: nobody reads what it says, a second signal came, it has a fault.
    if (ours.size === 0) process.on("exit", removeAll);
    ours.add(this);
  }

  /** Takes the name away, if it is still ours. */
  remove(): void {
    ours.delete(this);
    if (ours.size === 0) process.off("exit", removeAll);
    if (inodeOf(this.#path) === this.#identity) rmSync(this.#path, { force: true });
  }
}

function removeAll(): void {
  for (const file of ours) file.remove();
}

/** How many names are tried: others may have the same idea, or have left one behind. */
const draftNames = 36;

/** Has `server` listen on a socket in the directory where it is to be found, and resolves to its path. */
async function bindDraft(server: Server, address: UnixAddress): Promise<string> {
  const directory = dirname(address.path);
  // As long as can be there: the path itself is not too long.
  const room = Math.max(Buffer.byteLength(basename(address.path)), longestPath - Buffer.byteLength(join(directory, "/")));
  for (let attempt = 0; ; attempt++) {
    const draft = join(directory, `.${process.pid.toString(36)}-${attempt.toString(36)}`.slice(-room));
    try {
      if (draft !== address.path) await bindWithMode(server, draft, address);
      if (draft !== address.path) return draft;
    } catch (error) {
      // The system's ENOENT comes as EACCES out of Node.
      if (!existsSync(directory))
        throw new SocketError("ENOENT", `listen on ${address.path}: there is no directory ${directory} (ENOENT)`, { cause: error });
      if (!(error instanceof SocketError) || error.code !== "EADDRINUSE" || attempt >= draftNames) throw error;
    }
  }
}

/** Node binds inside `listen`, before it returns: the mask holds for exactly this one file, and no moment exists with wider permissions. */
function bindWithMode(server: Server, draft: string, address: UnixAddress): Promise<void> {
  return bind(server, address, () => {
    const previous = process.umask(0o777 & ~(address.mode ?? defaultMode));
    try {
      server.listen({ path: draft });
    } finally {
      process.umask(previous);
    }
  });
}

/** Gives the socket at `draft` its name. */
async function publish(draft: string, { path }: UnixAddress): Promise<void> {
  if (linked(draft, path)) return;
  if (!isSocket(path)) throw inUse(path, "a file that is no socket is in the way");
  const found = identityOf(path);
  const stale = await isStale(path);
  // While we asked, another one may have replaced it by its own.
  if (!stale || identityOf(path) !== found) throw inUse(path);
  rmSync(path, { force: true });
  if (!linked(draft, path)) throw inUse(path);
}

/** Gives what is at `draft` another name; false when something has that. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw describeSocketError("listen on", path, error);
  }
}

function inUse(path: string, sentence = "somebody else listens there already"): SocketError {
  return new SocketError("EADDRINUSE", `listen on ${path}: ${sentence} (EADDRINUSE)`);
}

/** Whether what is at `path`, if anything still is, is a socket. */
function isSocket(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() ?? true;
}

/** What tells the socket at `path` from one that takes its place. */
function identityOf(path: string): string | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino} ${found.ctimeNs}`;
}

/** The same for a socket that is alive, whose number nobody else gets, and whose times may change. */
function inodeOf(path: string): string | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}

/** Whether nobody listens on the socket at `path`: a connection is refused. */
async function isStale(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ path });
    probe.once("connect", () => {
      probe.destroy();
      resolve(false);
    });
    probe.once("error", (error) => resolve("code" in error && error.code === "ECONNREFUSED"));
  });
}
