import type { ManualOption } from "./manual-page.ts";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** What there is to complete of a program, or of one of its commands. */
export interface Completed {
  readonly name: string;
  readonly options: readonly ManualOption[];
}

/** A program of commands (`program command --flag operand`); operands are taken for files. */
export interface CompletedProgram extends Completed {
  readonly commands: readonly (Completed & { readonly brief: string })[];
}

/** A script that teaches a shell the options of a program, and what their values can be. */
export function completionFor(shell: Shell, page: Completed): string {
  switch (shell) {
    case "bash":
      return bash(page);
    case "zsh":
      return zsh(page);
    case "fish":
      return fish(page);
  }
}

/** The same for a program of commands. */
export function commandCompletionFor(shell: Shell, program: CompletedProgram): string {
  switch (shell) {
    case "bash":
      return bashOfCommands(program);
    case "zsh":
      return zshOfCommands(program);
    case "fish":
      return fishOfCommands(program);
  }
}

// --------------------------------------------------------------------------------------------------------------------------- bash

/** `source <(program --completion bash)` */
function bash({ name, options }: Completed): string {
  return [
    `# ${name}: completion for bash`,
    `_${name}() {`,
    '  local current="$2" previous="$3"',
    ...bashCase(options, bashWords(flagsOf(options)), "  "),
    "}",
    `complete -F _${name} ${name}`,
    "",
  ].join("\n");
}

function bashOfCommands({ name, options, commands }: CompletedProgram): string {
  const words = [...commands.map((command) => command.name), ...flagsOf(options)];
  const cases = commands.flatMap((command) => [
    `    ${command.name})`,
    ...bashCase(command.options, `if [[ "$current" == -* ]]; then ${bashWords(flagsOf(command.options))}; else ${bashFiles}; fi`, "      "),
    "      ;;",
  ]);
  return [
    `# ${name}: completion for bash`,
    `_${name}() {`,
    '  local current="$2" previous="$3" command=""',
    `  if [ "$COMP_CWORD" -gt 1 ]; then command="\${COMP_WORDS[1]}"; fi`,
    '  case "$command" in',
    ...cases,
    "    *)",
    ...bashCase(options, bashWords(words), "      "),
    "      ;;",
    "  esac",
    "}",
    // the file names that commands take end as those of others do: with a slash where they are directories
    `complete -o filenames -F _${name} ${name}`,
    "",
  ].join("\n");
}

/** Offers the values of the option before, else what `otherwise` says. */
function bashCase(options: readonly ManualOption[], otherwise: string, indent: string): readonly string[] {
  const cases = options
    .filter(({ value }) => value !== undefined)
    .map((option) => `${indent}  ${option.flags.join(" | ")}) ${bashReply(option.offers)} ;;`);
  return [`${indent}case "$previous" in`, ...cases, `${indent}  *) ${otherwise} ;;`, `${indent}esac`];
}

const bashFiles = 'COMPREPLY=($(compgen -f -- "$current"))';

function bashWords(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$current"))`;
}

function bashReply(offers: ManualOption["offers"]): string {
  if (offers === undefined) return "COMPREPLY=()";
  if (offers === "file") return bashFiles;
  if (offers === "directory") return 'COMPREPLY=($(compgen -d -- "$current"))';
  if (offers === "host") return 'COMPREPLY=($(compgen -A hostname -- "$current"))';
  return bashWords(offers);
}

function flagsOf(options: readonly ManualOption[]): readonly string[] {
  return options.flatMap(({ flags }) => flags);
}

// ---------------------------------------------------------------------------------------------------------------------------- zsh

/** A file `_program` on zsh's fpath. */
function zsh({ name, options }: Completed): string {
  return [`#compdef ${name}`, "", "_arguments -s -S \\", zshOptions(options, "  ").join(" \\\n"), ""].join("\n");
}

function zshOfCommands({ name, options, commands }: CompletedProgram): string {
  const described = commands.map((command) => `    '${command.name}:${zshText(command.brief)}'`);
  const cases = commands.map((command) =>
    [
      `  ${command.name})`,
      "    _arguments -S \\",
      [...zshOptions(command.options, "      "), "      '*: :_files'"].join(" \\\n"),
      "    ;;",
    ].join("\n"),
  );
  return [
    `#compdef ${name}`,
    "",
    "local line state",
    "_arguments -C \\",
    [...zshOptions(options, "  "), "  '1: :->command'", "  '*:: :->rest'"].join(" \\\n"),
    'if [[ "$state" == command ]]; then',
    "  local -a commands=(",
    ...described,
    "  )",
    "  _describe command commands",
    'elif [[ "$state" == rest ]]; then',
    '  case "$line[1]" in',
    ...cases,
    "  esac",
    "fi",
    "",
  ].join("\n");
}

function zshOptions(options: readonly ManualOption[], indent: string): readonly string[] {
  return options.map(({ flags, value, offers, brief }) => {
    const action = value === undefined ? "" : `:${zshText(value)}:${zshAction(offers)}`;
    const names = flags.length > 1 ? `(${flags.join(" ")})'{${flags.join(",")}}'` : flags[0];
    return `${indent}'${names}[${zshText(brief)}]${action}'`;
  });
}

function zshText(text: string): string {
  return text.replaceAll("`", "").replaceAll(/[[\]:'\\]/g, (character) => (character === "'" ? "’" : `\\${character}`));
}

function zshAction(offers: ManualOption["offers"]): string {
  if (offers === undefined) return "";
  if (offers === "file") return "_files";
  if (offers === "directory") return "_files -/";
  return offers === "host" ? "_hosts" : `(${offers.join(" ")})`;
}

// --------------------------------------------------------------------------------------------------------------------------- fish

/** `program --completion fish | source` */
function fish({ name, options }: Completed): string {
  return [`complete -c ${name} -f`, ...fishOptions(`complete -c ${name}`, options), ""].join("\n");
}

function fishOfCommands({ name, options, commands }: CompletedProgram): string {
  const first = `complete -c ${name} -n __fish_use_subcommand`;
  return [
    ...commands.map((command) => `${first} -f -a ${command.name} -d '${fishText(command.brief)}'`),
    ...fishOptions(first, options),
    ...commands.flatMap((command) => fishOptions(`complete -c ${name} -n '__fish_seen_subcommand_from ${command.name}'`, command.options)),
    "",
  ].join("\n");
}

function fishOptions(prefix: string, options: readonly ManualOption[]): readonly string[] {
  return options.map(({ flags, value, offers, brief }) => {
    const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(" ");
    return `${prefix} ${names}${value === undefined ? "" : fishValue(offers)} -d '${fishText(brief)}'`;
  });
}

function fishText(text: string): string {
  return text.replaceAll("`", "").replaceAll(/['\\]/g, (character) => `\\${character}`);
}

function fishValue(offers: ManualOption["offers"]): string {
  if (offers === undefined) return " -x";
  if (offers === "file") return " -r -F";
  if (offers === "directory") return " -x -a '(__fish_complete_directories)'";
  return offers === "host" ? " -x -a '(__fish_print_hostnames)'" : ` -x -a '${offers.join(" ")}'`;
}
