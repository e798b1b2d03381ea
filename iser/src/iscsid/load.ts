import { readFileSync } from "node:fs";
import { UserError } from "kit/cli";
import { ControlError } from "#control";
import { type LoaderAssignment, parseLoaderConfiguration } from "../config/index.ts";
import type { IserDriver } from "./iser-driver.ts";
import type { Variables } from "./variables.ts";

/** What a daemon is told at its start about transports and variables. */
export interface LoadOptions {
  /** The file in the manner of loader.conf(5). */
  readonly file: string;
  /** Whether the user named it: then it has to be there. */
  readonly isNamed: boolean;
  /** `--load iser`. */
  readonly loadIser: boolean;
}

/**
 * Does what the loader does before a kernel starts: loads the iSER transport when it is asked to, and sets variables. Assignments that belong to others are
 * passed over.
 *
 * @throws UserError for a file that cannot be read or makes no sense
 */
export function load(options: LoadOptions, iser: IserDriver, variables: Variables): void {
  const assignments = read(options);
  iser.isLoaded = options.loadIser || isYes(assignments.get("iser_load"), options.file);
  for (const { name, value, line } of assignments.values()) {
    if (variables.has(name)) setVariable(variables, name, value, `${options.file}, line ${line}`);
    else if (/^kern\.(iser|icl|iscsi)\./.test(name))
      throw new UserError(`${options.file}, line ${line}: there is no variable ${name}`, { exitCode: 1 });
  }
  if (iser.isLoaded) iser.debugging("load", "the iSER transport is loaded");
}

function read({ file, isNamed }: LoadOptions): ReadonlyMap<string, LoaderAssignment> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (!isNamed && error instanceof Error && "code" in error && error.code === "ENOENT") return new Map();
    throw new UserError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`, { exitCode: 1, cause: error });
  }
  return parseLoaderConfiguration(text, file);
}

function isYes(assignment: LoaderAssignment | undefined, file: string): boolean {
  if (assignment === undefined || /^no$/i.test(assignment.value)) return false;
  if (/^yes$/i.test(assignment.value)) return true;
  throw new UserError(`${file}, line ${assignment.line}: ${assignment.name} is YES or NO`, { exitCode: 1 });
}

function setVariable(variables: Variables, name: string, text: string, where: string): void {
  try {
    variables.set(name, text);
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    throw new UserError(`${where}: ${name}="${text}" is not possible`, { nextStep: error.message, exitCode: 1 });
  }
}
