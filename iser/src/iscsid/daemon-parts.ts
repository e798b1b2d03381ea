import type { Clock, Random } from "kit/clock";
import type { Initiator } from "./initiator.ts";
import type { InitiatorContext } from "./iscsi-initiator.ts";
import type { Processes } from "./pid-file.ts";

/** What the daemon is made of besides its surroundings. */
export interface DaemonParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds since 1970, for the log. */
  readonly wallClock: () => number;
  readonly processes: Processes;
  readonly createInitiator: (context: InitiatorContext) => Initiator;
  /** Has `listener` called for every SIGHUP; returns what ends that. */
  readonly onHangup: (listener: () => void) => () => void;
  /** Memory of this process that is in core. */
  readonly residentBytes: () => number;
  /** What to run for another iscsid like this one; its options go behind. */
  readonly command: readonly [string, ...string[]];
}
