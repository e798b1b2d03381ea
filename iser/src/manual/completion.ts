import type { ManualOption, ManualPage } from "./manual-page.ts";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** A script that teaches a shell the options of a program, and what their values can be. */
export function completionFor(shell: Shell, page: ManualPage): string {
  switch (shell) {
    case "bash":
      return bash(page);
    case "zsh":
      return zsh(page);
    case "fish":
      return fish(page);
  }
}

/** `source <(program --completion bash)` */
function bash({ name, options }: ManualPage): string {
  const flags = options.flatMap((option) => option.flags);
  const cases = options
    .filter(({ value }) => value !== undefined)
    .map((option) => `    ${option.flags.join(" | ")}) ${bashReply(option.offers)} ;;`);
  return [
    `# ${name}: completion for bash`,
    `_${name}() {`,
    '  local current="$2" previous="$3"',
    '  case "$previous" in',
    ...cases,
    `    *) COMPREPLY=($(compgen -W "${flags.join(" ")}" -- "$current")) ;;`,
    "  esac",
    "}",
    `complete -F _${name} ${name}`,
    "",
  ].join("\n");
}

function bashReply(offers: ManualOption["offers"]): string {
  if (offers === undefined) return "COMPREPLY=()";
  if (offers === "file") return 'COMPREPLY=($(compgen -f -- "$current"))';
  if (offers === "directory") return 'COMPREPLY=($(compgen -d -- "$current"))';
  if (offers === "host") return 'COMPREPLY=($(compgen -A hostname -- "$current"))';
  return `COMPREPLY=($(compgen -W "${offers.join(" ")}" -- "$current"))`;
}

/** A file `_program` on zsh's fpath. */
function zsh({ name, options }: ManualPage): string {
  const specifications = options.map(({ flags, value, offers, brief }) => {
    const text = brief.replaceAll("`", "").replaceAll(/[[\]:'\\]/g, (character) => (character === "'" ? "’" : `\\${character}`));
    const action = value === undefined ? "" : `:${value}:${zshAction(offers)}`;
    const names = flags.length > 1 ? `(${flags.join(" ")})'{${flags.join(",")}}'` : flags[0];
    return `  '${names}[${text}]${action}'`;
  });
  return [`#compdef ${name}`, "", "_arguments -s -S \\", specifications.join(" \\\n"), ""].join("\n");
}

function zshAction(offers: ManualOption["offers"]): string {
  if (offers === undefined) return "";
  if (offers === "file") return "_files";
  if (offers === "directory") return "_files -/";
  return offers === "host" ? "_hosts" : `(${offers.join(" ")})`;
}

/** `program --completion fish | source` */
function fish({ name, options }: ManualPage): string {
  const lines = options.map(({ flags, value, offers, brief }) => {
    const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(" ");
    const text = brief.replaceAll("`", "").replaceAll(/['\\]/g, (character) => `\\${character}`);
    return `complete -c ${name} ${names}${value === undefined ? "" : fishValue(offers)} -d '${text}'`;
  });
  return [`complete -c ${name} -f`, ...lines, ""].join("\n");
}

function fishValue(offers: ManualOption["offers"]): string {
  if (offers === undefined) return " -x";
  if (offers === "file") return " -r -F";
  if (offers === "directory") return " -x -a '(__fish_complete_directories)'";
  return offers === "host" ? " -x -a '(__fish_print_hostnames)'" : ` -x -a '${offers.join(" ")}'`;
}
