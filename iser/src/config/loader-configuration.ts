import { UserError } from "kit/cli";

/** One assignment of a file in the manner of loader.conf(5). */
export interface LoaderAssignment {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

/**
 * Reads `name="value"` lines; quotes may be left out around a value without blanks, and `#` begins a comment. The last of several assignments to one name holds, as it does for the loader.
 *
 * @throws UserError that names the line
 */
export function parseLoaderConfiguration(text: string, file: string): ReadonlyMap<string, LoaderAssignment> {
  const assignments = new Map<string, LoaderAssignment>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const [, name, quoted, bare] = /^\s*([\w.-]+)=(?:"([^"]*)"|([^\s"#]*))\s*(?:#.*)?$/.exec(line) ?? [];
    if (name === undefined) {
      throw new UserError(`${file}, line ${index + 1} is no assignment`, {
        nextStep: 'write name="value", and comments behind #',
        exitCode: 1,
      });
    }
    assignments.set(name, { name, value: quoted ?? bare ?? "", line: index + 1 });
  }
  return assignments;
}
