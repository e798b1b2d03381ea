import type { Command } from "@stricli/core";
import { UsageError } from "kit/cli";
import { commandCompletionFor, type ManualOption, type Shell, shells } from "#manual";
import { commandTable } from "./commands.ts";
import type { ProgramContext } from "./context.ts";

/** `iser --completion SHELL`: a script that completes commands, their flags and what flags take, from what the commands say of themselves. */
export async function iserCompletion(shellName: string | undefined): Promise<string> {
  const commands = await Promise.all(
    Object.entries(commandTable).map(async ([name, { brief, load }]) => ({ name, brief, options: optionsOf(await load()) })),
  );
  return commandCompletionFor(shellOf(shellName), { name: "iser", options: ownOptions, commands });
}

const help: ManualOption = { flags: ["-h", "--help"], brief: "Say what this does, with examples" };
const ownOptions: readonly ManualOption[] = [
  help,
  { flags: ["--version"], brief: "Print the version" },
  { flags: ["--completion"], value: "shell", offers: shells, brief: "Print a script that completes commands and flags" },
];

function shellOf(name: string | undefined): Shell {
  const shell = shells.find((known) => known === name);
  if (shell === undefined)
    throw new UsageError(`--completion ${name ?? "without a shell"} is not possible`, { nextStep: `it takes ${shells.join(", ")}` });
  return shell;
}

/** A flag as the library keeps it, as far as it is of use here. */
interface Flag {
  readonly kind: "boolean" | "enum" | "parsed" | "counter";
  readonly brief: string;
  readonly placeholder?: string;
  readonly values?: readonly string[];
  readonly hidden?: boolean;
}

function optionsOf({ parameters }: Command<ProgramContext>): readonly ManualOption[] {
  const flags = Object.entries((parameters.flags ?? {}) as Readonly<Record<string, Flag>>);
  const aliases = Object.entries((parameters.aliases ?? {}) as Readonly<Record<string, string>>);
  const options = flags
    .filter(([, { hidden }]) => hidden !== true)
    .map(([name, flag]): ManualOption => {
      const letters = aliases.filter(([, aliased]) => aliased === name).map(([letter]) => `-${letter}`);
      const long = `--${name.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
      return { flags: [...letters, long], brief: flag.brief, ...taken(flag) };
    });
  return [...options, help];
}

function taken({ kind, placeholder = "value", values }: Flag): Partial<Pick<ManualOption, "value" | "offers">> {
  if (kind === "boolean" || kind === "counter") return {};
  if (values !== undefined) return { value: placeholder, offers: values };
  const files = /^(?:FILE|PATH|LUN|from|to)$/.test(placeholder);
  if (files) return { value: placeholder, offers: "file" };
  return /^DIR/.test(placeholder) ? { value: placeholder, offers: "directory" } : { value: placeholder };
}
