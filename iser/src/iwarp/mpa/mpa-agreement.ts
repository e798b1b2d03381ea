/**
 * What two ends agree on while connecting (RFC 5044, 7.1; RFC 6581, 4 and 9): a pure function of the two frames. The initiator offers, the
 * responder answers, and both reckon the same result from it.
 */
import { RdmaError } from "../rdmap/rdma-error.ts";
import { TerminateCode } from "../rdmap/terminate-code.ts";
import { depthNotNegotiated, type EnhancedWords, type MpaFrame } from "./mpa-frame.ts";

/** What an initiator sends first in peer-to-peer mode, so that the responder may send before the initiator has anything to say (RFC 6581, 9.1). */
export type ReadyToReceive = "rdma-write" | "rdma-read" | "zero-length-fpdu";

/** What this end can do and wishes. */
export interface MpaWishes {
  readonly crc: boolean;
  readonly revision: 1 | 2;
  readonly inboundReadDepth: number;
  readonly outboundReadDepth: number;
  /** Initiator: best first; empty for no peer-to-peer mode. */
  readonly readyToReceive: readonly ReadyToReceive[];
}

export interface MpaAgreement {
  readonly crc: boolean;
  readonly inboundReadDepth: number;
  readonly outboundReadDepth: number;
  /** What the initiator sends first of all. */
  readonly readyToReceive: ReadyToReceive | undefined;
}

const nothing = new Uint8Array(0);
const noWords: EnhancedWords = {
  peerToPeer: false,
  zeroLengthFpdu: false,
  rdmaWrite: false,
  rdmaRead: false,
  inboundReadDepth: 0,
  outboundReadDepth: 0,
};

export function mpaRequest(wishes: MpaWishes, privateData: Uint8Array): MpaFrame {
  const kinds = wishes.readyToReceive;
  const enhanced: EnhancedWords = {
    peerToPeer: kinds.length > 0,
    zeroLengthFpdu: kinds.includes("zero-length-fpdu"),
    rdmaWrite: kinds.includes("rdma-write"),
    rdmaRead: kinds.includes("rdma-read"),
    inboundReadDepth: wishes.inboundReadDepth,
    outboundReadDepth: wishes.outboundReadDepth,
  };
  return {
    kind: "request",
    markers: false,
    crc: wishes.crc,
    rejected: false,
    revision: wishes.revision,
    enhanced: wishes.revision === 1 ? undefined : enhanced,
    privateData,
  };
}

/** Why a request cannot be served, whatever the consumer thinks; undefined if it can. */
export function refusalOf(request: MpaFrame): RdmaError | undefined {
  if (request.markers) {
    return new RdmaError("negotiation", "the initiator asks for MPA markers, which are not supported", TerminateCode.mpaFrame);
  }
  if (request.revision !== 1 && request.revision !== 2) {
    return new RdmaError("negotiation", `the initiator speaks MPA revision ${request.revision}; 1 and 2 are known`, TerminateCode.mpaFrame);
  }
  return undefined;
}

export interface MpaAnswer {
  readonly reply: MpaFrame;
  readonly agreement: MpaAgreement;
}

/** The responder's reply, and what holds when it is sent. */
export function acceptMpaRequest(wishes: MpaWishes, request: MpaFrame, privateData: Uint8Array): MpaAnswer {
  const crc = request.crc || wishes.crc;
  const plain = { kind: "reply", markers: false, crc, rejected: false, revision: request.revision, privateData } as const;
  const words = request.revision === 1 ? undefined : request.enhanced;
  if (words === undefined) {
    const { inboundReadDepth, outboundReadDepth } = wishes;
    return {
      reply: { ...plain, enhanced: undefined },
      agreement: { crc, inboundReadDepth, outboundReadDepth, readyToReceive: undefined },
    };
  }
  const inboundReadDepth = lesserDepth(wishes.inboundReadDepth, words.outboundReadDepth);
  const outboundReadDepth = lesserDepth(wishes.outboundReadDepth, words.inboundReadDepth);
  const readyToReceive = words.peerToPeer ? bestReadyToReceive(words) : undefined;
  const enhanced: EnhancedWords = {
    peerToPeer: words.peerToPeer,
    zeroLengthFpdu: readyToReceive === "zero-length-fpdu",
    rdmaWrite: readyToReceive === "rdma-write",
    rdmaRead: readyToReceive === "rdma-read",
    inboundReadDepth,
    outboundReadDepth,
  };
  return { reply: { ...plain, enhanced }, agreement: { crc, inboundReadDepth, outboundReadDepth, readyToReceive } };
}

export function rejectMpaRequest(request: MpaFrame, privateData: Uint8Array = nothing): MpaFrame {
  const revision = request.revision === 1 ? 1 : 2;
  // A refusal answers in kind, so that an initiator that looks for the two words finds them.
  const enhanced = revision === 2 && request.enhanced !== undefined ? noWords : undefined;
  return { kind: "reply", markers: false, crc: request.crc, rejected: true, revision, enhanced, privateData };
}

/** What the initiator makes of a reply. Throws RdmaError if they do not meet; one with a code beyond `mpaFrame` is told to the responder by a Terminate. */
export function agreeOnMpaReply(wishes: MpaWishes, reply: MpaFrame): MpaAgreement {
  if (reply.rejected) {
    throw new RdmaError(
      "rejected",
      "the responder refused the connection (MPA reply with the reject bit)",
      undefined,
      reply.privateData.slice(),
    );
  }
  if (reply.markers) throw new RdmaError("negotiation", "the responder asks for MPA markers, which are not supported");
  if (reply.revision < 1 || reply.revision > wishes.revision) {
    throw new RdmaError("peer", `MPA reply of revision ${reply.revision} to a request of revision ${wishes.revision} (RFC 6581, 4.3)`);
  }
  const crc = reply.crc || wishes.crc;
  const words = wishes.revision === 1 ? undefined : reply.enhanced;
  if (words === undefined) {
    return {
      crc,
      inboundReadDepth: wishes.inboundReadDepth,
      outboundReadDepth: wishes.outboundReadDepth,
      readyToReceive: undefined,
    };
  }
  if (words.outboundReadDepth !== depthNotNegotiated && words.outboundReadDepth > wishes.inboundReadDepth) {
    throw new RdmaError(
      "negotiation",
      `the responder wants ${words.outboundReadDepth} RDMA Reads at a time, ${wishes.inboundReadDepth} are offered (RFC 6581, 9.1)`,
      TerminateCode.mpaInsufficientReadDepth,
    );
  }
  return {
    crc,
    inboundReadDepth: wishes.inboundReadDepth,
    outboundReadDepth: lesserDepth(wishes.outboundReadDepth, words.inboundReadDepth),
    readyToReceive: words.peerToPeer ? readyToReceiveInCommon(wishes, words) : undefined,
  };
}

function readyToReceiveInCommon(wishes: MpaWishes, words: EnhancedWords): ReadyToReceive | undefined {
  if (wishes.readyToReceive.length === 0) return undefined;
  const kind = wishes.readyToReceive.find((wish) => offers(words, wish));
  if (kind !== undefined) return kind;
  throw new RdmaError(
    "negotiation",
    "the responder knows none of our ready-to-receive messages (RFC 6581, 9.1)",
    TerminateCode.mpaNoReadyToReceive,
  );
}

/** A responder can do them all; an RDMA Write asks the least of both. */
function bestReadyToReceive(words: EnhancedWords): ReadyToReceive | undefined {
  return (["rdma-write", "rdma-read", "zero-length-fpdu"] as const).find((kind) => offers(words, kind));
}

function offers(words: EnhancedWords, kind: ReadyToReceive): boolean {
  if (kind === "rdma-write") return words.rdmaWrite;
  return kind === "rdma-read" ? words.rdmaRead : words.zeroLengthFpdu;
}

function lesserDepth(own: number, peers: number): number {
  return peers === depthNotNegotiated ? own : Math.min(own, peers);
}
