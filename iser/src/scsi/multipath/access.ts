import { AdditionalSense } from "../additional-sense.ts";
import { AsymmetricAccessState } from "../cdb/report-target-port-groups.ts";
import { type SenseData, SenseKey } from "../sense.ts";

/** What a target says of the port group that a path leads to (SPC-4, 5.15.2). */
export interface PortAccess {
  /** One of {@link AsymmetricAccessState}. */
  readonly state: number;
  /** PREF. */
  readonly preferred: boolean;
}

/** How good a path is for I/O: the greater the better, 0 for not at all. Commands go to the best there are; the preferred among equals are better. */
export function rankOf(access: PortAccess | undefined): number {
  if (access === undefined) return rank(AsymmetricAccessState.activeOptimized);
  const own = rank(access.state);
  return own === 0 || !access.preferred ? own : own + 1;
}

function rank(state: number): number {
  switch (state) {
    case AsymmetricAccessState.activeOptimized:
      return 6;
    // Which blocks are optimized where is told by REFERRALS, which nobody asks for here.
    case AsymmetricAccessState.logicalBlockDependent:
      return 4;
    case AsymmetricAccessState.activeNonOptimized:
      return 2;
    default:
      return 0;
  }
}

/** NOT READY because of the state of the port (SPC-4, 5.15.2.4): which state that is. */
const refusedStates: ReadonlyMap<number, number> = new Map<number, number>([
  [AdditionalSense.accessStateTransition, AsymmetricAccessState.transitioning],
  [AdditionalSense.portInStandby, AsymmetricAccessState.standby],
  [AdditionalSense.portUnavailable, AsymmetricAccessState.unavailable],
  [AdditionalSense.portOffline, AsymmetricAccessState.offline],
]);

/** The state that a command was refused for; undefined when it was refused for another reason, or not at all. */
export function refusedFor(sense: SenseData | undefined): number | undefined {
  return sense === undefined || sense.deferred || sense.key !== SenseKey.notReady ? undefined : refusedStates.get(sense.code);
}
