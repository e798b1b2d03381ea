import { readFileSync } from "node:fs";
import { systemErrorCode, UserError } from "kit/cli";
import { type LoaderAssignment, parseLoaderConfiguration } from "#config";
import { ControlError } from "#control";
import type { IserDriver } from "./iser-driver.ts";
import type { Variables } from "./variables.ts";

type Assignments = ReadonlyMap<string, LoaderAssignment>;

/** What a daemon is told at its start about transports and variables. */
export interface LoadOptions {
  /** The file in the manner of loader.conf(5). */
  readonly file: string;
  /** Whether the user named it: then it has to be there. */
  readonly isNamed: boolean;
  /** `--load iser`. */
  readonly loadIser: boolean;
}

/** What the loader does before a kernel starts: loads the iSER transport when it is asked to, and sets variables. */
export class Loader {
  readonly #options: LoadOptions;
  readonly #iser: IserDriver;
  readonly #variables: Variables;
  #assignments: Assignments = new Map();

  constructor(options: LoadOptions, iser: IserDriver, variables: Variables) {
    this.#options = options;
    this.#iser = iser;
    this.#variables = variables;
  }

  /**
   * Reads the file, again if need be, and returns what brings what is new in it about. Assignments that belong to others are passed over. What is no longer in the
   * file stays as it is.
   *
   * @throws UserError for a file that cannot be read or makes no sense; then nothing has changed
   */
  plan(): { readonly changes: readonly LoaderAssignment[]; apply(): void } {
    const assignments = read(this.#options);
    const { file, loadIser } = this.#options;
    const loads = loadIser || isYes(assignments.get("iser_load"), file);
    const changes = [...assignments.values()].filter((assignment) => {
      this.#check(assignment);
      return this.#variables.has(assignment.name) && this.#assignments.get(assignment.name)?.value !== assignment.value;
    });
    return {
      changes,
      apply: () => {
        this.#assignments = assignments;
        for (const { name, value } of changes) this.#variables.set(name, value);
        if (loads && !this.#iser.isLoaded) {
          this.#iser.isLoaded = true;
          this.#iser.debugging("load", "the iSER transport is loaded");
        }
      },
    };
  }

  #check({ name, value, line }: LoaderAssignment): void {
    const where = `${this.#options.file}, line ${line}`;
    if (!this.#variables.has(name)) {
      if (/^kern\.(iser|icl|iscsi)\./.test(name)) throw new UserError(`${where}: there is no variable ${name}`, { exitCode: 1 });
      return;
    }
    try {
      this.#variables.check(name, value);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      throw new UserError(`${where}: ${name}="${value}" is not possible`, { nextStep: error.message, exitCode: 1 });
    }
  }
}

function read({ file, isNamed }: LoadOptions): Assignments {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (!isNamed && systemErrorCode(error) === "ENOENT") return new Map();
    throw new UserError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`, { exitCode: 1, cause: error });
  }
  return parseLoaderConfiguration(text, file);
}

function isYes(assignment: LoaderAssignment | undefined, file: string): boolean {
  if (assignment === undefined || /^no$/i.test(assignment.value)) return false;
  if (/^yes$/i.test(assignment.value)) return true;
  throw new UserError(`${file}, line ${assignment.line}: ${assignment.name} is YES or NO`, { exitCode: 1 });
}
