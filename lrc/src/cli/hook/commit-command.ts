import { readFileSync } from "node:fs";

/**
 * The arguments of the `git commit` that a hook runs for, which Git does not tell its hooks: looked for above this process, where the system shows processes as files.
 * None where it does not.
 */
export function commitArguments(): readonly string[] {
  try {
    for (let id = "self", height = 0; id !== "1" && height < 12; height += 1) {
      const [program = "", ...args] = readFileSync(`/proc/${id}/cmdline`, "latin1").split("\0");
      if (/(^|\/)git$/.test(program) && args.includes("commit")) return args;
      id = /^\d+ \(.*\) \S+ ([1-9]\d*)/s.exec(readFileSync(`/proc/${id}/stat`, "latin1"))?.[1] ?? "1";
    }
  } catch {
    // No such file system.
  }
  return [];
}
