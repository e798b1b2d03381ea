import { BusyPoll } from "./busy-poll.ts";
import { ThreadRest } from "./thread-rest.ts";

/** How bytes move between a socket and its core, when that is not left to this layer. Read when it matters, so its owner may change it. */
export interface StreamTuning {
  /** What there is to send leaves in as few writes as possible; false: each piece in one of its own. */
  readonly coalesce: boolean;
  /** Bytes that wait for the kernel before no more output is taken. */
  readonly sendSpaceBytes: number;
  /** The most bytes that one read brings into the scratch; more than the scratch holds means all of it. */
  readonly receiveSpaceBytes: number;
  /** The most bytes that one read places into the caller's memory. */
  readonly placementBytes: number;
  /** Where the thread rests when a core asks for it; absent: never. */
  readonly rest?: ThreadRest;
  /** What keeps the thread awake for what will be there soon; absent: nothing. */
  readonly poll?: BusyPoll;
}

/** What is best for a connection that nobody has an opinion on. */
export const defaultStreamTuning: StreamTuning = {
  coalesce: true,
  sendSpaceBytes: 1024 * 1024,
  receiveSpaceBytes: Number.MAX_SAFE_INTEGER,
  placementBytes: Number.MAX_SAFE_INTEGER,
};

/** Of this thread, for programs that own it. */
export const threadRest: ThreadRest = new ThreadRest();

/** For programs whose thread does nothing but what its connections ask for: where that is so, it may sleep as a whole, and stay awake. */
export const ownThreadTuning: StreamTuning = { ...defaultStreamTuning, rest: threadRest, poll: new BusyPoll() };
