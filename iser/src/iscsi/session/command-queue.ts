import type { ScsiCommand } from "#scsi";

/** Commands that wait for a place in the window, first come first served. A ring that grows, so that waiting costs no memory per command. */
export class CommandQueue {
  #ring: (ScsiCommand | undefined)[] = new Array<ScsiCommand | undefined>(64);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  get first(): ScsiCommand | undefined {
    return this.#length === 0 ? undefined : this.#ring[this.#head];
  }

  push(command: ScsiCommand): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = command;
    this.#length += 1;
  }

  shift(): ScsiCommand | undefined {
    if (this.#length === 0) return undefined;
    const command = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length -= 1;
    return command;
  }

  /** Puts commands in front of those that wait, keeping their order. Cold path. */
  unshift(commands: readonly ScsiCommand[]): void {
    if (commands.length === 0) return;
    const waiting = this.drain();
    for (const command of commands) this.push(command);
    for (const command of waiting) this.push(command);
  }

  /** Takes one command out of the middle. Cold path. */
  remove(command: ScsiCommand): boolean {
    const waiting = this.drain();
    const kept = waiting.filter((other) => other !== command);
    for (const other of kept) this.push(other);
    return kept.length < waiting.length;
  }

  /** Takes everything, in order. */
  drain(): ScsiCommand[] {
    const all: ScsiCommand[] = [];
    for (let command = this.shift(); command !== undefined; command = this.shift()) all.push(command);
    return all;
  }

  #grow(): void {
    const wider = new Array<ScsiCommand | undefined>(this.#ring.length * 2);
    for (let index = 0; index < this.#length; index += 1) wider[index] = this.#ring[(this.#head + index) & (this.#ring.length - 1)];
    this.#ring = wider;
    this.#head = 0;
  }
}
