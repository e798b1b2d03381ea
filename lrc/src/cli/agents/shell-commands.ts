/** A word of a command line of a shell. */
export interface ShellWord {
  /** Without its quotes. */
  readonly text: string;
  /** The shell would put something else in its place: a variable, the output of a command, names of files. */
  readonly isExpanded: boolean;
}

/** A program with its arguments, as a shell would run it by itself. */
export type ShellCommand = readonly ShellWord[];

/**
 * The commands of a line for a shell, in the order in which they stand: what lies between `&&`, `;`, `|`, line feeds, brackets. Redirections and the
 * texts behind `<<` are left out, and so is what is run inside `$(…)`. It is no shell: it says what a line plainly does, and expands nothing.
 */
export function shellCommands(line: string): readonly ShellCommand[] {
  return new Reader(line).commands();
}

class Reader {
  readonly #line: string;
  #at = 0;
  readonly #commands: ShellCommand[] = [];
  #words: ShellWord[] = [];
  /** Ends of texts that begin behind the next line feed. */
  readonly #texts: string[] = [];

  constructor(line: string) {
    this.#line = line;
  }

  commands(): readonly ShellCommand[] {
    while (this.#at < this.#line.length) this.#step();
    this.#endCommand();
    return this.#commands;
  }

  #step(): void {
    const next = this.#line[this.#at] ?? "";
    if (next === "\n") {
      this.#at += 1;
      this.#endCommand();
      for (const end of this.#texts.splice(0)) this.#skipText(end);
    } else if (/[\s]/.test(next)) this.#at += 1;
    else if (this.#line.startsWith("\\\n", this.#at)) this.#at += 2;
    else if (next === "#") this.#skipTo("\n");
    else if (/[;&|()]/.test(next) && !this.#line.startsWith("&>", this.#at)) {
      this.#at += 1;
      this.#endCommand();
    } else if (!this.#skipRedirection()) this.#words.push(this.#word());
  }

  #endCommand(): void {
    if (this.#words.length > 0) this.#commands.push(this.#words);
    this.#words = [];
  }

  #skipTo(end: string): void {
    const found = this.#line.indexOf(end, this.#at);
    this.#at = found < 0 ? this.#line.length : found;
  }

  /** `2>&1`, `>file`, `<<EOF` and their like; true when one stood here. */
  #skipRedirection(): boolean {
    const [operator] = /^(&>>?|\d*(<<<|<<-?|<&|<>|<|>&|>>|>\||>))[ \t]*/.exec(this.#line.slice(this.#at, this.#at + 80)) ?? [];
    if (operator === undefined) return false;
    this.#at += operator.length;
    const { text } = this.#word();
    if (/<<-?[ \t]*$/.test(operator) && !operator.includes("<<<")) this.#texts.push(text);
    return true;
  }

  #skipText(end: string): void {
    while (this.#at < this.#line.length) {
      const from = this.#at;
      this.#skipTo("\n");
      const row = this.#line.slice(from, this.#at);
      this.#at += 1;
      if (row.replace(/^\t+/, "") === end) return;
    }
  }

  #word(): ShellWord {
    let text = "";
    let isExpanded = false;
    for (; this.#at < this.#line.length; ) {
      const next = this.#line[this.#at] ?? "";
      if (/[\s;&|()<>]/.test(next)) break;
      this.#at += 1;
      if (next === "'") {
        const from = this.#at;
        this.#skipTo("'");
        text += this.#line.slice(from, this.#at);
        this.#at += 1;
      } else if (next === '"') {
        const quoted = this.#quoted();
        text += quoted.text;
        isExpanded ||= quoted.isExpanded;
      } else if (next === "\\") {
        text += this.#line[this.#at] === "\n" ? "" : (this.#line[this.#at] ?? "");
        this.#at += 1;
      } else if (next === "$" || next === "`") {
        isExpanded = true;
        this.#skipExpansion(next);
      } else {
        isExpanded ||= /[*?[\]{}]/.test(next) || (next === "~" && text === "");
        text += next;
      }
    }
    return { text, isExpanded };
  }

  /** What stands between double quotes, the first of which has been read. */
  #quoted(): ShellWord {
    let text = "";
    let isExpanded = false;
    while (this.#at < this.#line.length) {
      const next = this.#line[this.#at] ?? "";
      this.#at += 1;
      if (next === '"') break;
      if (next === "\\" && /["\\$`\n]/.test(this.#line[this.#at] ?? "")) {
        text += this.#line[this.#at];
        this.#at += 1;
      } else if (next === "$" || next === "`") {
        isExpanded = true;
        this.#skipExpansion(next);
      } else text += next;
    }
    return { text, isExpanded };
  }

  /** What stands behind a `$` or a backtick that has been read. */
  #skipExpansion(sign: "$" | "`"): void {
    if (sign === "`") {
      this.#skipTo("`");
      this.#at += 1;
    } else if (this.#line[this.#at] === "(") this.#at = afterSubstitution(this.#line, this.#at + 1);
    else if (this.#line[this.#at] === "{") {
      this.#skipTo("}");
      this.#at += 1;
    } else this.#at += /^(\w+|[@*#?$!-])?/.exec(this.#line.slice(this.#at))?.[0].length ?? 0;
  }
}

/** The place behind the bracket that ends `$(`, which was read: brackets in quotes and in texts behind `<<` are none. */
function afterSubstitution(line: string, from: number): number {
  const token = /<<-?[ \t]*(['"]?)([\w.-]+)\1[^\n]*\n(?:[\s\S]*?\n)?[ \t]*\2(?=[\s)]|$)|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[\s\S]|[()]/g;
  token.lastIndex = from;
  let depth = 1;
  for (let found = token.exec(line); found !== null; found = token.exec(line)) {
    if (found[0] === "(") depth += 1;
    if (found[0] === ")") depth -= 1;
    if (depth === 0) return token.lastIndex;
  }
  return line.length;
}
