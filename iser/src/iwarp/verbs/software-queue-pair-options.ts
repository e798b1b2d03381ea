import type { Duration } from "kit/clock";
import { type Crc32c, fastestCrc32c } from "#bytes";
import { maxFpduBytes, minFpduBytes } from "../mpa/fpdu.ts";
import type { MpaWishes, ReadyToReceive } from "../mpa/mpa-agreement.ts";
import type { MpaRole } from "../mpa/mpa-handshake.ts";

/** Who asks (connects) and who answers. */
export type QueuePairRole = MpaRole;

const defaultReadDepth = 128;
/** One less than what means "arranged elsewhere" in an MPA frame. */
const maxReadDepth = 0x3ffe;
const defaultFirstFpduDelayMs: Duration = 30;
/** Kernels answer within a round trip, but Linux's LIO deals with one connection after the other: one that comes to nothing holds up the next for up to 15 s. */
const defaultReplyMs: Duration = 20_000;
const defaultRequestMs: Duration = 10_000;
const defaultStallMs: Duration = 30_000;
const defaultLingerMs: Duration = 1000;

export interface SoftwareQueuePairOptions {
  readonly role: QueuePairRole;
  /** Whether we ask for checksums. They are used if either end asks. True unless given for an initiator; a responder leaves it to the initiator. */
  readonly crc?: boolean | undefined;
  /** The longest FPDU we send, in bytes with its framing: 1400 to 65536, the default. Adapters with hardware want one TCP segment. */
  readonly fpduBytes?: number | undefined;
  /** RDMA Reads of the peer's that we serve at a time; 128 unless given, at most 16382. */
  readonly inboundReadDepth?: number | undefined;
  /** RDMA Reads of ours that may be out at a time; 128 unless given. The peer's inbound depth is a limit too. */
  readonly outboundReadDepth?: number | undefined;
  /** The MPA revision an initiator speaks: 2 (enhanced) unless given. */
  readonly mpaRevision?: 1 | 2 | undefined;
  /** An initiator asks for peer-to-peer mode with these ready-to-receive kinds, best first. None unless given. */
  readonly readyToReceive?: readonly ReadyToReceive[] | undefined;
  /**
   * How long an initiator waits after the MPA reply (or its ready-to-receive message) before it sends its first FPDU; 30 ms unless given. Linux siw
   * overlooks an FPDU that comes while it is changing from MPA to RDMA mode, until more bytes come; see Opening.
   */
  readonly firstFpduDelayMs?: Duration | undefined;
  /** How long connecting may take, from the open stream to RDMA mode; unless given, 20 s for an initiator, and 10 s for a responder. */
  readonly handshakeMs?: Duration | undefined;
  /** How long the peer may stop in the middle of an FPDU; 30 s unless given, 0 for ever. */
  readonly stallMs?: Duration | undefined;
  /**
   * How long an initiator that is done waits for the responder to hang up first; 1 s unless given, 0 not at all. Linux LIO keeps an iSER session for 15 s more
   * when the initiator is faster.
   */
  readonly lingerMs?: Duration | undefined;
  /** The 8-bit key of the first STags, so that those of two connections in a row differ; 0 unless given. */
  readonly firstStagKey?: number | undefined;
  /** What computes checksums; the fastest there is unless given. */
  readonly crc32c?: Crc32c | undefined;
}

/** The options with everything filled in and checked. */
export interface SoftwareQueuePairSettings {
  readonly role: QueuePairRole;
  readonly wishes: MpaWishes;
  readonly fpduBytes: number;
  readonly firstFpduDelayMs: Duration;
  readonly handshakeMs: Duration;
  readonly stallMs: Duration;
  readonly lingerMs: Duration;
  readonly firstStagKey: number;
  readonly crc32c: Crc32c;
}

export function settingsOf(options: SoftwareQueuePairOptions): SoftwareQueuePairSettings {
  const fpduBytes = options.fpduBytes ?? maxFpduBytes;
  if (!(fpduBytes >= minFpduBytes && fpduBytes <= maxFpduBytes)) {
    throw new RangeError(`FPDUs of ${fpduBytes} bytes: ${minFpduBytes} to ${maxFpduBytes} are possible`);
  }
  return {
    role: options.role,
    wishes: {
      crc: options.crc ?? options.role === "initiator",
      revision: options.mpaRevision ?? 2,
      inboundReadDepth: readDepth(options.inboundReadDepth),
      outboundReadDepth: readDepth(options.outboundReadDepth),
      readyToReceive: options.readyToReceive ?? [],
    },
    fpduBytes,
    firstFpduDelayMs: options.firstFpduDelayMs ?? defaultFirstFpduDelayMs,
    handshakeMs: options.handshakeMs ?? (options.role === "initiator" ? defaultReplyMs : defaultRequestMs),
    stallMs: options.stallMs ?? defaultStallMs,
    lingerMs: options.role === "initiator" ? (options.lingerMs ?? defaultLingerMs) : 0,
    firstStagKey: options.firstStagKey ?? 0,
    crc32c: options.crc32c ?? fastestCrc32c(),
  };
}

function readDepth(wish = defaultReadDepth): number {
  if (Number.isInteger(wish) && wish >= 0 && wish <= maxReadDepth) return wish;
  throw new RangeError(`read depth ${wish}: 0 to ${maxReadDepth} are possible`);
}
