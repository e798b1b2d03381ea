import { basename, resolve } from "node:path";
import { type ShellCommand, type ShellWord, shellCommands } from "./shell-commands.ts";

/** Something that a command line does with Git on its way to a commit, in the folder in which Git would do it. */
export type GitStep =
  | { readonly kind: "add"; readonly directory: string; readonly arguments: readonly string[] }
  /** `all`: what is changed of the tracked files comes along. `paths`: these alone are committed. */
  | { readonly kind: "commit"; readonly directory: string; readonly all: boolean; readonly paths: readonly string[] };

/** What a command line of an agent stages and commits, as far as that can be read off it. */
export function gitStepsIn(line: string, directory: string): readonly GitStep[] {
  const steps: GitStep[] = [];
  let folder = directory;
  for (const command of shellCommands(line)) {
    const [program, ...rest] = withoutPrefix(command);
    if (program === undefined) continue;
    const name = basename(program.text);
    if (name === "cd") folder = resolve(folder, rest.find(({ text }) => !text.startsWith("-"))?.text ?? "");
    else if (/^(ba|da|z|k)?sh$/.test(name)) steps.push(...gitStepsIn(scriptOf(rest), folder));
    else if (name === "git") steps.push(...stepOf(rest, folder));
  }
  return steps;
}

/** Words before a program that do not change which one it is. */
function withoutPrefix(command: ShellCommand): ShellCommand {
  let words = command;
  for (let [first] = words; first !== undefined; [first] = words) {
    if (/^\w+\+?=/.test(first.text) || /^(env|command|exec|time|nohup|nice|then|do|else|if|while|!|\{)$/.test(first.text))
      words = words.slice(1);
    else if (first.text === "timeout") words = words.slice(2);
    else break;
  }
  return words;
}

/** What is behind the `-c` of a shell. */
function scriptOf(words: ShellCommand): string {
  const at = words.findIndex(({ text }) => /^-\w*c$/.test(text));
  const script = at < 0 ? undefined : words[at + 1];
  return script === undefined || script.isExpanded ? "" : script.text;
}

function stepOf(words: ShellCommand, folder: string): readonly GitStep[] {
  let directory = folder;
  let at = 0;
  for (; words[at]?.text.startsWith("-") === true; at += 1) {
    const option = words[at]?.text ?? "";
    if (option === "-C") directory = resolve(directory, words[at + 1]?.text ?? "");
    if (/^(-C|-c|--(git-dir|work-tree|namespace|exec-path|config-env))$/.test(option)) at += 1;
  }
  const [subcommand, ...rest] = words.slice(at);
  switch (subcommand?.text) {
    case "add":
    case "stage":
      // What the shell would put there is not known; a pattern of files is one of Git's as well.
      return rest.some(({ text, isExpanded }) => isExpanded && text === "")
        ? []
        : [{ kind: "add", directory, arguments: rest.map(({ text }) => text) }];
    case "commit":
      return commitOf(rest, directory);
    default:
      return [];
  }
}

/** Options of git commit that have a value as the next word. */
const withValue =
  /^(-[mFCct]|--(message|file|reuse-message|reedit-message|template|author|date|cleanup|fixup|squash|trailer|pathspec-from-file))$/;

function commitOf(words: readonly ShellWord[], directory: string): readonly GitStep[] {
  let all = false;
  const paths: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const { text } = words[at] ?? { text: "" };
    if (text === "--") {
      paths.push(...words.slice(at + 1).map((word) => word.text));
      break;
    }
    if (text === "--dry-run" || text === "-h" || text === "--help") return [];
    if (text === "--all") all = true;
    else if (withValue.test(text)) at += 1;
    else if (/^-[a-zA-Z]/.test(text)) {
      // Letters may stand together; behind one that has a value comes the value.
      const [, letters = "", option, value] = /^-([a-zA-Z]*?)(?:([mFCct])(.*))?$/s.exec(text) ?? [];
      if (letters.includes("a")) all = true;
      if (option !== undefined && value === "") at += 1;
    } else if (!text.startsWith("-")) paths.push(text);
  }
  return [{ kind: "commit", directory, all, paths }];
}
