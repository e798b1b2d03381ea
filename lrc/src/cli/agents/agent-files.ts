/** What an agent reads of us: files of their own, and one place in a file that others write too. */
const skill = `---
name: lrc
description: Review what is staged with lrc before committing, and correct what it finds.
---

Every \`git commit\` here is reviewed by lrc. Before you commit:

1. \`git add\` what belongs to the commit, then run \`lrc review --staged --format markdown\`.
2. Correct each finding, or tell the user why it is no fault. Never dismiss one (\`lrc findings dismiss\`) without their consent.
3. Stage the corrections and review again, until nothing at or above \`warning\` is left.

A commit that is stopped prints its findings on stderr: act on them, do not repeat the commit unchanged, and never use \`--no-verify\` or \`LRC=0\`.
`;

const geminiCommand = `description = "Review what is staged with lrc, and correct what it finds"
prompt = """
Run \`lrc review --staged --format markdown\`, correct each finding in the working tree or say why it is no fault, stage the corrections, and review again
until nothing at or above warning is left. Never use --no-verify or LRC=0.
"""
`;

/** Files that are ours alone, by agent; paths are relative to the root of the repository. */
export const agentFiles: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  claude: { ".claude/skills/lrc/SKILL.md": skill },
  codex: { ".agents/skills/lrc/SKILL.md": skill },
  gemini: { ".gemini/commands/lrc.toml": geminiCommand },
};

/** Where an agent is told what to run before it runs a command, and how it wants that said. */
export interface AgentHook {
  /** JSON that others write to as well, relative to the root of the repository. */
  readonly path: string;
  readonly event: string;
  readonly entry: object;
  /** What the user has to do for it to be run. */
  readonly remark?: string;
}

/**
 * Asks only about what may be a commit: a program that is started for every command is felt. Findings stop it and come back as text (2 is how a hook says so to
 * each of these agents); whatever else goes wrong with us lets it pass.
 */
const command = [
  "json=$(cat); case $json in *git*commit*)",
  `printf %s "$json" | PATH="$PATH:\${CLAUDE_PROJECT_DIR:-.}/node_modules/.bin" lrc agents hook || [ $? -ne 1 ] || exit 2;;`,
  "esac",
].join(" ");

/** Hooks by agent. Claude Code and Codex count seconds, Gemini milliseconds. */
export const agentHooks: Readonly<Record<string, AgentHook>> = {
  claude: {
    path: ".claude/settings.json",
    event: "PreToolUse",
    entry: { matcher: "Bash", hooks: [{ type: "command", command, timeout: 120 }] },
  },
  codex: {
    path: ".codex/hooks.json",
    event: "PreToolUse",
    entry: { matcher: "Bash", hooks: [{ type: "command", command, timeout: 120 }] },
    remark: "Codex runs the hook once you have said that you trust it: /hooks",
  },
  gemini: {
    path: ".gemini/settings.json",
    event: "BeforeTool",
    entry: { matcher: "run_shell_command", hooks: [{ name: "lrc", type: "command", command, timeout: 120_000 }] },
  },
};

/** An agent's settings with our hook in them. Throws an Error when they cannot be understood. */
export function withHook({ event, entry }: AgentHook, text: string | undefined): string {
  const settings = settingsIn(text);
  const hooks = objectIn(settings.hooks);
  const before = listIn(hooks[event]).filter((other) => !isOurs(other));
  return `${JSON.stringify({ ...settings, hooks: { ...hooks, [event]: [...before, entry] } }, undefined, 2)}\n`;
}

/** The same without it; undefined when nothing else is left. */
export function withoutHook({ event }: AgentHook, text: string): string | undefined {
  const { hooks: given, ...settings } = settingsIn(text);
  const { [event]: ofEvent, ...hooks } = objectIn(given);
  const rest = listIn(ofEvent).filter((other) => !isOurs(other));
  const left = rest.length === 0 ? hooks : { ...hooks, [event]: rest };
  const all = Object.keys(left).length === 0 ? settings : { ...settings, hooks: left };
  return Object.keys(all).length === 0 ? undefined : `${JSON.stringify(all, undefined, 2)}\n`;
}

/** What earlier versions wrote is ours as well. */
function isOurs(value: unknown): boolean {
  return /lrc (review --staged|agents hook)/.test(JSON.stringify(value));
}

function settingsIn(text: string | undefined): Readonly<Record<string, unknown>> {
  return objectIn(text === undefined || text.trim() === "" ? undefined : (JSON.parse(text) as unknown));
}

/** What is there in another shape than ours is somebody's all the same: it is not replaced. */
function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw new Error("an object was expected");
}

function listIn(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value as unknown[];
  throw new Error("a list was expected");
}
