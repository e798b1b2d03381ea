import type { Secret } from "kit/log";
import type { ConnectionTimeouts, SessionLimits } from "#iscsi";
import type { TcpAddress } from "#socket";
import type { BackOff } from "./reconnect-delay.ts";

/** CHAP credentials (RFC 7143, 12.1). Mutual CHAP has the target prove a secret of its own, which must differ. */
export interface Credentials {
  readonly user: string;
  readonly secret: Secret<string>;
  readonly mutual?: { readonly user: string; readonly secret: Secret<string> } | undefined;
}

/** Everything that is asked for when a session is opened. */
export interface SessionConfiguration {
  readonly portal: TcpAddress;
  readonly targetName: string;
  readonly initiatorName: string;
  readonly initiatorAlias?: string | undefined;
  readonly credentials?: Credentials | undefined;
  /** Ask for CRC32C and accept nothing less. */
  readonly headerDigest?: boolean;
  readonly dataDigest?: boolean;
  /** 6 bytes that name the session at the target; random when absent. Keeping them reinstates the session after a loss. */
  readonly isid?: Uint8Array | undefined;
  readonly timeouts?: Partial<ConnectionTimeouts>;
  readonly connectTimeoutMs?: number;
  readonly limits?: Partial<SessionLimits>;
  readonly backOff?: Partial<BackOff>;
  /** How long commands may wait for a lost connection before they fail with "disconnected"; 0 waits for ever. */
  readonly queueTimeoutMs?: number;
  /**
   * Commands fail with "disconnected" as soon as the connection is lost, and until there is another, instead of waiting (kern.iscsi.fail_on_disconnection). What becomes of the devices is
   * their owner's to decide: `onChange` tells when. `session.failOnDisconnection` changes it at run time.
   */
  readonly failOnDisconnection?: boolean;
}

export const defaultConnectTimeoutMs = 10_000;
export const defaultQueueTimeoutMs = 120_000;
