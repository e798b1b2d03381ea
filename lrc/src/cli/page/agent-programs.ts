import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { Surroundings } from "../context.ts";

/** How a coding agent is asked to correct findings: its prompt comes on stdin, and it may edit files, not run Git. */
interface HandOff {
  readonly program: string;
  readonly arguments: readonly string[];
}

const handOffs: Readonly<Record<string, HandOff>> = {
  claude: { program: "claude", arguments: ["-p", "--permission-mode", "acceptEdits"] },
  codex: { program: "codex", arguments: ["exec", "--sandbox", "workspace-write", "-"] },
  gemini: { program: "gemini", arguments: ["--approval-mode", "auto_edit"] },
  opencode: { program: "opencode", arguments: ["run"] },
};

/** The agents that are on this machine. */
export function agentsOnPath(env: Surroundings["env"]): readonly string[] {
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  return Object.entries(handOffs)
    .filter(([, { program }]) => folders.some((folder) => isExecutable(join(folder, program))))
    .map(([name]) => name);
}

export function handOffOf(agent: string): HandOff | undefined {
  return Object.hasOwn(handOffs, agent) ? handOffs[agent] : undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
