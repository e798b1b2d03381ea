import { fileURLToPath } from "node:url";
import { type Ending, type RunOptions, run, succeed } from "./child-process.ts";

/** Our programs as `npm run build` leaves them: the interop tests drive what a user would. */
export const programs = {
  iscsid: path("iscsid"),
  iscsictl: path("iscsictl"),
  iser: path("iser"),
} as const;

function path(name: string): string {
  return fileURLToPath(new URL(`../../../dist/bin/${name}.mjs`, import.meta.url));
}

/** Runs `iser` to an end that must be a success. */
export function iser(args: readonly string[], options?: RunOptions): Promise<string> {
  return succeed(programs.iser, args, options);
}

/** Runs `iser` to whatever end it finds. */
export function tryIser(args: readonly string[], options?: RunOptions): Promise<Ending> {
  return run(programs.iser, args, options);
}
