import { ControlError } from "#control";
import { type IserDriver, IserSeverity } from "./iser-driver.ts";

interface Variable {
  readonly most: number;
  get(): number;
  set(value: number): void;
}

/** What sysctl(8) reads and sets in a kernel: numbers with names, of this daemon. */
export class Variables {
  readonly #byName: ReadonlyMap<string, Variable>;

  constructor(iser: IserDriver) {
    const iserDebug: Variable = {
      most: IserSeverity.debug,
      get: () => iser.debug,
      set: (value) => {
        iser.debug = value;
      },
    };
    this.#byName = new Map([["kern.iser.debug", iserDebug]]);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** @throws ControlError ENOENT */
  get(name: string): number {
    return this.#find(name).get();
  }

  /** @throws ControlError ENOENT, or EINVAL for a value that the variable cannot have */
  set(name: string, value: number): void {
    const variable = this.#find(name);
    if (!(Number.isInteger(value) && value >= 0 && value <= variable.most)) {
      throw new ControlError("EINVAL", `${name}=${value} is not possible; it is a number from 0 to ${variable.most}`);
    }
    variable.set(value);
  }

  #find(name: string): Variable {
    const variable = this.#byName.get(name);
    if (variable === undefined) {
      throw new ControlError("ENOENT", `there is no variable "${name}"; there is ${[...this.#byName.keys()].join(", ")}`);
    }
    return variable;
  }
}
