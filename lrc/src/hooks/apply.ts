import { chmodSync, lstatSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type GitProcess, writeSetting } from "#git";
import type { Plan } from "./plan.ts";

/** Does what a plan says. The only place of this layer that changes anything. A step that fails ends it; what was done before stays done. */
export async function apply(plan: Plan, git: GitProcess): Promise<void> {
  for (const step of plan.steps) {
    switch (step.kind) {
      case "move":
        if (lstatSync(step.to, { throwIfNoEntry: false }) !== undefined) throw new Error(`${step.to} is already there`);
        mkdirSync(dirname(step.to), { recursive: true });
        renameSync(step.from, step.to);
        break;
      case "write": {
        mkdirSync(dirname(step.path), { recursive: true });
        const draft = `${step.path}.new`;
        writeFileSync(draft, step.text);
        if (step.isExecutable !== false) chmodSync(draft, 0o755);
        if (step.mode !== undefined) chmodSync(draft, step.mode);
        renameSync(draft, step.path);
        break;
      }
      case "remove":
        rmSync(step.path, { force: true });
        break;
      case "remove-folder":
        try {
          rmdirSync(step.path);
        } catch {
          // Something else is in it, and stays.
        }
        break;
      case "setting":
        await writeSetting(git, step.scope, step.name, step.value);
        break;
    }
  }
}
