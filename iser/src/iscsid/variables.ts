import { ControlError } from "#control";
import { type IserDriver, IserSeverity } from "./iser-driver.ts";
import { type Settings, settingRows } from "./settings.ts";

/** A variable as sysctl(8) sees it: text to read, and a number to set unless it can only be read. */
interface Variable {
  get(): string;
  readonly number?: { readonly least: number; readonly most: number; readonly set: (value: number) => void };
}

/** What sysctl(8) reads and sets in a kernel, of this daemon (facts of iscsi(4), icl and iser(4)). */
export class Variables {
  readonly #byName: ReadonlyMap<string, Variable>;

  constructor(settings: Settings, iser: IserDriver) {
    const variables: [string, Variable][] = settingRows.map(({ name, key, least, most }) => {
      const set = (value: number): void => {
        settings[key] = value;
      };
      return [name, { get: () => String(settings[key]), number: { least, most, set } }];
    });
    const setIserDebug = (value: number): void => {
      iser.debug = value;
    };
    variables.push(
      ["kern.icl.offloads", { get: () => "none:0" }],
      ["kern.icl.iser_offloads", { get: () => (iser.isLoaded ? "iser:0" : "") }],
      ["kern.iser.debug", { get: () => String(iser.debug), number: { least: 0, most: IserSeverity.debug, set: setIserDebug } }],
    );
    this.#byName = new Map(variables.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Names in order: all, or those that are `prefix` or below it. */
  names(prefix?: string): readonly string[] {
    return [...this.#byName.keys()].filter((name) => prefix === undefined || name === prefix || name.startsWith(`${prefix}.`));
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** @throws ControlError ENOENT */
  get(name: string): string {
    return this.#find(name).get();
  }

  /** @throws ControlError ENOENT, EPERM for one that can only be read, or EINVAL for a value that it cannot have */
  set(name: string, text: string): void {
    this.check(name, text)(Number(text));
  }

  /** What sets the variable to a value that it can have. @throws ControlError as `set` does */
  check(name: string, text: string): (value: number) => void {
    const { number } = this.#find(name);
    if (number === undefined) throw new ControlError("EPERM", `${name} can only be read`);
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= number.least && value <= number.most)) {
      throw new ControlError("EINVAL", `${name}=${text} is not possible; it is a number from ${number.least} to ${number.most}`);
    }
    return number.set;
  }

  #find(name: string): Variable {
    const variable = this.#byName.get(name);
    if (variable === undefined) {
      const siblings = this.names(name.slice(0, Math.max(0, name.lastIndexOf("."))));
      const there = siblings.length > 0 ? `there is ${siblings.join(", ")}` : "iscsictl --sysctl -a lists what there is";
      throw new ControlError("ENOENT", `there is no variable "${name}"; ${there}`);
    }
    return variable;
  }
}
