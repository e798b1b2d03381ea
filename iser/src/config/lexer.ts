import type { Diagnostics, Position } from "./diagnostic.ts";

/**
 * A piece of an iscsi.conf. `word` is bare, `string` was quoted and comes without its quotes, `comment` comes with its `#`; `end` is behind the last.
 */
export interface Token extends Position {
  readonly kind: "word" | "string" | "{" | "}" | "=" | ";" | "comment" | "end";
  readonly text: string;
  /** Line breaks between the token before and this one. */
  readonly breaksBefore: number;
  /** What it says is not known: of a string an error has been reported, of a word the parser reports it. */
  readonly isBroken?: boolean;
  /** Where the first character of a word stands that no word can have. */
  readonly strayAt?: Position;
}

const blank = /[ \t\r\n]/;
const bare = /[a-zA-Z0-9._/:[\]-]/;
const wordEnd = /[ \t\r\n{}=;#"]/;

/** Whether a value can be written without quotes. */
export function isBareWord(text: string): boolean {
  return /^[a-zA-Z0-9._/:[\]-]+$/.test(text);
}

/** Cuts a file into tokens. Characters that no word can have are part of one all the same, which is broken. */
export function tokenize(text: string, diagnostics: Diagnostics): readonly Token[] {
  return new Lexer(text, diagnostics).tokens();
}

class Lexer {
  readonly #characters: readonly string[];
  readonly #diagnostics: Diagnostics;
  readonly #tokens: Token[] = [];
  #index = 0;
  #line = 1;
  #column = 1;
  #breaks = 0;

  constructor(text: string, diagnostics: Diagnostics) {
    this.#characters = Array.from(text.replace(/^\uFEFF/, ""));
    this.#diagnostics = diagnostics;
  }

  tokens(): readonly Token[] {
    for (let next = this.#peek(); next !== undefined; next = this.#peek()) {
      if (blank.test(next)) this.#take();
      else this.#token(next);
    }
    this.#push("end", "", this.#position());
    return this.#tokens;
  }

  #token(first: string): void {
    const at = this.#position();
    if (first === "{" || first === "}" || first === "=" || first === ";") this.#push(first, this.#take(), at);
    else if (first === "#") this.#push("comment", this.#takeWhile((character) => character !== "\n").trimEnd(), at);
    else if (first === '"') this.#string(at);
    else this.#word(at);
  }

  #string(at: Position): void {
    this.#take();
    const text = this.#takeWhile((character) => character !== '"' && character !== "\n");
    const isBroken = this.#peek() !== '"';
    if (isBroken) this.#diagnostics.error(at, "the quotes are not closed on this line", 'put a " behind the value');
    else this.#take();
    this.#push("string", text, at, { isBroken });
  }

  #word(at: Position): void {
    const right = this.#takeWhile((character) => bare.test(character));
    const strayAt = this.#position();
    const rest = this.#takeWhile((character) => !wordEnd.test(character));
    if (rest === "") this.#push("word", right, at);
    else this.#push("word", right + rest, at, { isBroken: true, strayAt });
  }

  #push(kind: Token["kind"], text: string, at: Position, broken?: Pick<Token, "isBroken" | "strayAt">): void {
    this.#tokens.push({ kind, text, breaksBefore: this.#breaks, ...at, ...broken });
    this.#breaks = 0;
  }

  #peek(): string | undefined {
    return this.#characters[this.#index];
  }

  #position(): Position {
    return { line: this.#line, column: this.#column };
  }

  #take(): string {
    const taken = this.#characters[this.#index++] ?? "";
    if (taken === "\n") {
      this.#line++;
      this.#column = 1;
      this.#breaks++;
    } else this.#column++;
    return taken;
  }

  #takeWhile(wanted: (character: string) => boolean): string {
    let text = "";
    for (let next = this.#peek(); next !== undefined && wanted(next); next = this.#peek()) text += this.#take();
    return text;
  }
}
