import { type DiscoveredTarget, encodeText, formatSendTargets, loginKey, ReservedValue, type TextPair } from "#iscsi";

/** What a session may ask for, and change. */
export interface TextContext {
  /** The targets that `SendTargets=which` names, or undefined when this session may not ask so. */
  sendTargets(which: string): readonly DiscoveredTarget[] | undefined;
  /** The initiator takes segments of this length from now on. */
  declareMaxRecvDataSegmentLength(length: number): void;
}

const shortestSegment = 512;
const longestSegment = 2 ** 24 - 1;
/** Said, not asked: there is nothing to answer (RFC 7143, 13.5 and 13.6). */
const unanswered: ReadonlySet<string> = new Set(["InitiatorAlias"]);

/** Answers the pairs of a Text Request in full feature phase, in their order. */
export function answerText(pairs: readonly TextPair[], context: TextContext): Uint8Array {
  return Buffer.concat(pairs.map((pair) => answerPair(pair, context)));
}

function answerPair({ key, value }: TextPair, context: TextContext): Uint8Array {
  switch (key) {
    case "SendTargets": {
      const targets = context.sendTargets(value);
      return targets === undefined ? encodeText([{ key, value: ReservedValue.reject }]) : formatSendTargets(targets);
    }
    case "MaxRecvDataSegmentLength": {
      const length = Number(value);
      if (!Number.isInteger(length) || length < shortestSegment || length > longestSegment) {
        return encodeText([{ key, value: ReservedValue.reject }]);
      }
      context.declareMaxRecvDataSegmentLength(length);
      return nothing;
    }
    default:
      if (unanswered.has(key)) return nothing;
      // What belongs into a login is known here, and too late (RFC 7143, 13).
      return encodeText([{ key, value: loginKey(key) === undefined ? ReservedValue.notUnderstood : ReservedValue.reject }]);
  }
}

const nothing = new Uint8Array(0);
