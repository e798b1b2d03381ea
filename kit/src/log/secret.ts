import { inspect } from "node:util";

const mask = "[secret]";

/** Something that must not be printed. It turns into `[secret]` in strings, JSON, logs and inspection; only `reveal` gives it out. */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Every call is a place to look at when asking where a secret goes. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [Symbol.toPrimitive](): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}
