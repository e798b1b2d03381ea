import { hostname } from "node:os";
import { type Clock, type Random, SystemClock, SystemRandom } from "kit/clock";
import { BlockDevicePromises } from "#block";
import { type LogicalUnitOptions, ScsiDisk } from "#scsi";
import { type IscsiUrl, parseIscsiUrl } from "./iscsi-url.ts";
import { PersistentSession } from "./persistent-session.ts";
import type { Credentials, SessionConfiguration } from "./session-configuration.ts";
import { type Transport, transportOf } from "./transport.ts";
import { UrlError } from "./url-error.ts";

/** What a session that is opened for one purpose may be told. Everything has a default. */
export interface OpenOptions {
  /** Gives the opening up. */
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly transport?: Transport;
  /** Over and above what the URL says. */
  readonly session?: Partial<SessionConfiguration>;
  readonly onUnitAttention?: LogicalUnitOptions["onUnitAttention"];
}

/** A session on its own: kept up until it is closed. */
export interface OpenSession {
  readonly persistent: PersistentSession;
  close(): Promise<void>;
}

/**
 * A remote disk, opened with a session of its own. The promises are for application code; `device` is the callback core below them, for
 * those who count microseconds. The session comes back by itself after a loss; commands wait for it meanwhile.
 */
export class Disk extends BlockDevicePromises {
  readonly disk: ScsiDisk;
  readonly #session: OpenSession;

  constructor(disk: ScsiDisk, session: OpenSession) {
    super(disk);
    this.disk = disk;
    this.#session = session;
  }

  get session(): PersistentSession {
    return this.#session.persistent;
  }

  /** Ends the commands that are outstanding, and logs out. */
  override async close(): Promise<void> {
    await super.close();
    await this.#session.close();
  }
}

/**
 * Opens the disk at `url` (`iscsi://[user[%password]@]host[:port]/target-iqn/lun[?option=value&…]`, or what `parseIscsiUrl` makes of that): logs in and asks the logical unit what it is.
 *
 * @throws UrlError when the URL is not understood; LoginError, ProtocolError or SocketError when the session cannot be had; BlockError when the logical unit is no disk or not ready.
 */
export async function openDisk(url: string | IscsiUrl, options: OpenOptions = {}): Promise<Disk> {
  const place = typeof url === "string" ? parseIscsiUrl(url) : url;
  if (place.lun === undefined) throw new UrlError("the URL names no LUN; write iscsi://host[:port]/target-iqn/lun");
  const session = await openSession(place, options);
  try {
    const clock = options.clock ?? new SystemClock();
    const { onUnitAttention, signal } = options;
    const diskOptions = onUnitAttention === undefined ? { clock } : { clock, onUnitAttention };
    return new Disk(await ScsiDisk.open(session.persistent.session, place.lun, diskOptions, signal), session);
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Logs in to the target of a URL; rejects with the first failure, so that a wrong address or secret is told at once. */
export function openSession(place: IscsiUrl, options: OpenOptions = {}): Promise<OpenSession> {
  if (place.target === undefined) throw new UrlError("the URL names no target; write iscsi://host[:port]/target-iqn/lun");
  options.signal?.throwIfAborted();
  const clock = options.clock ?? new SystemClock();
  const parts = { clock, random: options.random ?? new SystemRandom(), transport: options.transport ?? transportOf(place, clock) };
  const configuration: SessionConfiguration = {
    portal: { host: place.host, port: place.port },
    targetName: place.target,
    initiatorName: place.initiator ?? defaultInitiatorName(),
    credentials: credentialsOf(place),
    headerDigest: place.headerDigest,
    dataDigest: place.dataDigest,
    ...options.session,
  };
  return new Promise((resolve, reject) => {
    const persistent = new PersistentSession(configuration, parts, {
      onChange: () => persistent.state === "connected" && settle(() => resolve({ persistent, close })),
      onFailure: (failure) => giveUp(failure),
    });
    const close = () => new Promise<void>((closed) => persistent.close(closed));
    const abort = () => giveUp(options.signal?.reason as Error);
    let settled = false;
    const settle = (how: () => void): void => {
      if (settled) return;
      settled = true;
      options.signal?.removeEventListener("abort", abort);
      how();
    };
    const giveUp = (why: Error): void => settle(() => persistent.close(() => reject(why)));
    options.signal?.addEventListener("abort", abort, { once: true });
  });
}

/** What an initiator is called that was given no name (facts of iscsictl(8): the host's name under FreeBSD's naming authority). */
export function defaultInitiatorName(): string {
  const host = hostname()
    .toLowerCase()
    .replace(/[^a-z0-9.:-]/g, "-");
  return `iqn.1994-09.org.freebsd:${host}`.slice(0, 223);
}

export function credentialsOf(place: IscsiUrl): Credentials | undefined {
  const { user, password, targetUser, targetPassword } = place;
  if (user === undefined) {
    if (targetUser !== undefined) throw new UrlError("target_user needs a user and password of ours too: mutual CHAP starts with our own");
    return undefined;
  }
  if (password === undefined) throw new UrlError(`the URL names the user "${user}" and no password; write ${user}%password@host`);
  if (targetUser === undefined) return { user, secret: password };
  if (targetPassword === undefined) throw new UrlError("target_user needs target_password");
  if (targetPassword.reveal() === password.reveal()) {
    throw new UrlError("password and target_password are the same; whoever knows one secret must not know the other (RFC 7143, 9.2.1)");
  }
  return { user, secret: password, mutual: { user: targetUser, secret: targetPassword } };
}
