/**
 * A program or a file, described once: what `--help` prints, its manual page, its chapter in docs/ and the completions of the shells all come from this, so
 * that they cannot say different things. In prose, `back quotes` mean what is typed literally.
 */
export interface ManualPage {
  readonly name: string;
  readonly section: 5 | 8;
  /** When what it says was last changed: YYYY-MM-DD. */
  readonly date: string;
  /** What it is, in a phrase that could follow a dash. */
  readonly summary: string;
  /** Command lines without the program's name, or the outline of a file. */
  readonly synopsis: readonly string[];
  /** A paragraph each. The first is printed by `--help` too. */
  readonly description: readonly string[];
  /** Options of a program, in the order in which they are explained. */
  readonly options: readonly ManualOption[];
  /** What else there is to say, under headings of its own. */
  readonly sections: readonly ManualSection[];
  readonly files: readonly ManualItem[];
  readonly environment: readonly ManualItem[];
  /** By exit code. */
  readonly exitStatus: readonly ManualItem[];
  readonly examples: readonly ManualExample[];
  /** `name(section)`, ours and others'. */
  readonly seeAlso: readonly string[];
}

export interface ManualOption {
  /** `-p` or `--socket`; the first is how it is called in the text. */
  readonly flags: readonly string[];
  /** Name of its value, if it takes one. */
  readonly value?: string;
  /** What the shells offer as its value. */
  readonly offers?: "file" | "directory" | "host" | readonly string[];
  /** What it does, in a phrase: printed by `--help` and shown by shells. */
  readonly brief: string;
  /** Whole sentences that only the manual has room for. */
  readonly more?: string;
}

export interface ManualItem {
  readonly term: string;
  readonly text: string;
}

export interface ManualSection {
  readonly title: string;
  readonly paragraphs?: readonly string[];
  readonly items?: readonly ManualItem[];
  /** Printed as it is. */
  readonly verbatim?: string;
}

export interface ManualExample {
  readonly text: string;
  readonly commands: readonly string[];
}
