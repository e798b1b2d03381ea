/** Control PDUs have tags of their own, told apart from tasks by these low bits (see InitiatorTask). */
const controlIndex = 0xfffe;

/** Gives out tags for control PDUs that wait for an answer: task management, NOP, text, logout. */
export class ControlTags {
  #generation = 0;

  next(): number {
    this.#generation = (this.#generation + 1) & 0xffff;
    return ((this.#generation << 16) | controlIndex) >>> 0;
  }
}
