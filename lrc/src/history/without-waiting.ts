import { appendFileSync, constants, readFileSync } from "node:fs";

/** A commit must not wait for whoever is at the other end of a pipe. Windows has no such flag, and no pipes among its files. */
const withoutWaiting = constants.O_NONBLOCK ?? 0;

/** The text of a file. What is at its place but no file has none: a pipe is empty, a folder throws. */
export function readWithoutWaiting(file: string): string {
  return readFileSync(file, { encoding: "utf8", flag: (constants.O_RDONLY | withoutWaiting) as unknown as string });
}

/** Adds to the end of a file, which is made where there is none. Throws where a pipe nobody reads, or a folder, is at its place. */
export function appendWithoutWaiting(file: string, text: string, mode = 0o666): void {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | withoutWaiting;
  appendFileSync(file, text, { mode, flag: flags as unknown as string });
}
