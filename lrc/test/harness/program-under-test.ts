import type { TestProject } from "vitest/node";
import { BuiltProgram } from "./built-program.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The file of `lrc` as the sources are now: built once for all tests of a run. */
    readonly lrcProgram: string;
  }
}

let program: BuiltProgram | undefined;

/** vitest calls these two around a run. */
export function setup(project: TestProject): void {
  program = new BuiltProgram();
  project.provide("lrcProgram", program.script);
}

export function teardown(): void {
  program?.[Symbol.dispose]();
}
