import { parseArgs } from "node:util";
import { ExitCode, UsageError } from "./user-error.ts";

/** What a program in the manner of getopt(3) accepts. */
export interface GetoptGrammar {
  /** Letters of flags, each followed by `:` when it takes a value, as getopt(3) has it: `"ALRac:p:"`. */
  readonly letters: string;
  /** Long options by name, without dashes. */
  readonly long?: Readonly<Record<string, "flag" | "value">>;
  /** Exit code of a wrong command line. */
  readonly exitCode?: number;
}

/** A parsed command line. Options are keyed by their letter or long name. */
export interface GetoptResult {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/**
 * Parses as getopt(3) does: letters may be grouped (`-Aa`), a value may follow its letter at once or as the next argument whatever that looks like, `--` ends
 * the options. Unlike getopt(3), which keeps the last, an option whose value is given twice is an error: one of them would be lost in silence.
 */
export function getopt(argv: readonly string[], grammar: GetoptGrammar): GetoptResult {
  const options = optionsOf(grammar);
  const wrong = (message: string): UsageError =>
    new UsageError(message, { nextStep: "--help shows what is accepted", exitCode: grammar.exitCode ?? ExitCode.usage });
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const operands: string[] = [];
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const option = options[token.name];
    const asLong = token.rawName.startsWith("--");
    if (option === undefined || asLong !== (option.short === undefined)) {
      throw wrong(`unknown option ${token.rawName}`);
    }
    if (option.type === "boolean") {
      if (token.value !== undefined) throw wrong(`${token.rawName} takes no value, but was given "${token.value}"`);
      flags.add(token.name);
      continue;
    }
    if (token.value === undefined) throw wrong(`${token.rawName} needs a value`);
    if (values.has(token.name)) {
      throw wrong(`${token.rawName} is given twice ("${values.get(token.name)}" and "${token.value}")`);
    }
    values.set(token.name, token.value);
  }
  return { flags, values, operands };
}

type ParseArgsOptions = Record<string, { type: "boolean" | "string"; short?: string }>;

function optionsOf(grammar: GetoptGrammar): ParseArgsOptions {
  const options: ParseArgsOptions = {};
  for (const match of grammar.letters.matchAll(/(\w)(:?)/g)) {
    const letter = match[1] ?? "";
    options[letter] = { type: match[2] === ":" ? "string" : "boolean", short: letter };
  }
  for (const [name, kind] of Object.entries(grammar.long ?? {})) options[name] = { type: kind === "value" ? "string" : "boolean" };
  return options;
}
