import { AdditionalSense, AsymmetricAccessState, type PortGroupChange, settableAccessStates, type TargetPortGroup } from "#scsi";

/** A target port group with one port, both numbered by the tag of the portal group that the port is. */
export interface PortGroupOptions {
  /** Portal group tag, 1…65535. */
  readonly tag: number;
  /** One of `AsymmetricAccessState`; active/optimized unless given. */
  readonly state?: number;
}

/** AO_SUP, AN_SUP, S_SUP, U_SUP, O_SUP: the states that a group can be given. */
const supportedStates = 0x4f;

/** STATUS CODE: who has changed the state. */
const StatusCode = { none: 0, bySetTargetPortGroups: 1, byTarget: 2 } as const;

/** What a command may do however its port stands. */
export type PortAccess =
  /** It is answered in every state: what finds out about ports, or changes them. */
  | "always"
  /** In standby too. */
  | "standby"
  | "active";

interface PortGroup {
  state: number;
  statusCode: number;
}

/** The target port groups of a target, and how good each is for I/O at present (asymmetric logical unit access: SPC-4, 5.15). All logical units have the same states. */
export class PortGroups {
  readonly tags: readonly number[];
  readonly #groups: ReadonlyMap<number, PortGroup>;
  readonly #onChange: (but: unknown) => void;
  /** Nothing is refused in any state that there is: what every command asks. */
  #allActive = true;

  /** Throws RangeError when two have one tag. `onChange` is called after states changed, with who need not be told. */
  constructor(groups: readonly PortGroupOptions[], onChange: (but: unknown) => void) {
    this.#groups = new Map(
      groups.map(({ tag, state = AsymmetricAccessState.activeOptimized }) => [tag, { state, statusCode: StatusCode.none }]),
    );
    if (this.#groups.size < groups.length) throw new RangeError("two portal groups have one tag");
    this.tags = [...this.#groups.keys()];
    this.#onChange = onChange;
    this.#look();
  }

  /** Initiators may change states, since there is a choice. */
  get areSettable(): boolean {
    return this.#groups.size > 1;
  }

  /** As REPORT TARGET PORT GROUPS says it. */
  get descriptions(): readonly TargetPortGroup[] {
    return [...this.#groups].map(([group, { state, statusCode }]) => {
      return {
        preferred: false,
        state,
        supportedStates: this.areSettable ? supportedStates : 1,
        group,
        statusCode,
        relativeTargetPorts: [group],
      };
    });
  }

  /** The additional sense code with which a port refuses a command, or undefined. */
  refusalOf(tag: number, access: PortAccess): number | undefined {
    if (this.#allActive || access === "always") return undefined;
    switch (this.#groups.get(tag)?.state) {
      case AsymmetricAccessState.standby:
        return access === "standby" ? undefined : AdditionalSense.portInStandby;
      case AsymmetricAccessState.unavailable:
        return AdditionalSense.portUnavailable;
      case AsymmetricAccessState.offline:
        return AdditionalSense.portOffline;
      default:
        return undefined;
    }
  }

  /** The first of `changes` that cannot be made, by its index; -1 when there is none. */
  faultIn(changes: readonly PortGroupChange[]): number {
    return changes.findIndex(({ group, state }) => !this.#groups.has(group) || !settableAccessStates.has(state));
  }

  /** Makes changes without fault. `by` asked for them, and need not be told; without it the target made them by itself. */
  change(changes: readonly PortGroupChange[], by?: object): void {
    let changed = false;
    for (const { group, state } of changes) {
      const known = this.#groups.get(group);
      if (known === undefined || known.state === state) continue;
      known.state = state;
      known.statusCode = by === undefined ? StatusCode.byTarget : StatusCode.bySetTargetPortGroups;
      changed = true;
    }
    if (!changed) return;
    this.#look();
    this.#onChange(by);
  }

  #look(): void {
    this.#allActive = [...this.#groups.values()].every(({ state }) => state <= AsymmetricAccessState.activeNonOptimized);
  }
}
