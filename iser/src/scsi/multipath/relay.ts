import type { Instant } from "kit/clock";
import { ScsiCommand } from "../initiator-port.ts";
import type { Path } from "./path.ts";
import { type BlockRange, setWrittenRange } from "./written-range.ts";

/** A command on its way over one of several paths: a slot. What its owner handed in is asked of a path by a command of the slot's own, as often as it takes. */
export class Relay implements BlockRange {
  /** What goes over a path. */
  readonly inner: ScsiCommand;
  /** What its owner handed in; undefined while the slot is free. */
  outer: ScsiCommand | undefined = undefined;
  /** Where it is; undefined while it waits. */
  path: Path | undefined = undefined;
  /** Counts commands: what came earlier has less. */
  order = 0;
  /** Times it was sent. */
  attempts = 0;
  /** When a port first had the wrong state for it. */
  refusedAt: Instant | undefined = undefined;
  /** Its path is no good any more, and it is taken from there. */
  moving = false;
  /** Its owner has asked for an end. */
  canceled = false;
  // The blocks that it may change.
  first = 0;
  end = 0;

  constructor(ended: (relay: Relay) => void) {
    this.inner = new ScsiCommand(() => ended(this));
  }

  get writes(): boolean {
    return this.first < this.end;
  }

  get bytes(): number {
    return (this.inner.dataIn?.length ?? 0) + (this.inner.dataOut?.length ?? 0);
  }

  begin(outer: ScsiCommand, order: number): void {
    const { inner } = this;
    this.outer = outer;
    this.order = order;
    this.attempts = 0;
    this.refusedAt = undefined;
    this.moving = false;
    this.canceled = false;
    inner.cdb = outer.cdb;
    inner.cdbLength = outer.cdbLength;
    inner.attribute = outer.attribute;
    inner.dataIn = outer.dataIn;
    inner.dataOut = outer.dataOut;
    inner.timeoutMs = outer.timeoutMs;
    setWrittenRange(outer, this);
  }

  clear(): void {
    this.outer = undefined;
    this.path = undefined;
    this.inner.dataIn = undefined;
    this.inner.dataOut = undefined;
    this.first = 0;
    this.end = 0;
  }
}
