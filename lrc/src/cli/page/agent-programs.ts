import type { Surroundings } from "../context.ts";
import { isOnPath } from "../program-on-path.ts";

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
  return Object.entries(handOffs)
    .filter(([, { program }]) => isOnPath(program, env))
    .map(([name]) => name);
}

export function handOffOf(agent: string): HandOff | undefined {
  return Object.hasOwn(handOffs, agent) ? handOffs[agent] : undefined;
}
