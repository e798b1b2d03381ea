import type { Diagnostics } from "./diagnostic.ts";
import { type Token, tokenize } from "./lexer.ts";

/** A comment on lines of its own. */
export interface CommentLine {
  readonly text: string;
  /** A blank line stood above it. */
  readonly isApart: boolean;
}

/** What all parts of a file have in common: comments belong to what follows them, or to the line they end. */
interface Commented {
  readonly above: readonly CommentLine[];
  readonly behind: string | undefined;
}

/** `key = value` */
export interface EntryNode extends Commented {
  readonly key: Token;
  readonly value: Token;
  /** A blank line stood above it, or above its first comment. */
  readonly isApart: boolean;
}

/** `nickname { … }`; `behind` is the comment behind the opening brace. */
export interface BlockNode extends Commented {
  readonly nickname: Token;
  readonly entries: readonly EntryNode[];
  /** Comments above the closing brace, and the one behind it. */
  readonly last: readonly CommentLine[];
  readonly behindEnd: string | undefined;
}

/** An iscsi.conf as it is written, before anybody asks what it means. */
export interface FileNode {
  readonly blocks: readonly BlockNode[];
  /** Comments below the last block. */
  readonly last: readonly CommentLine[];
}

/**
 * Reads `{ nickname "{" { key "=" value [";"] } "}" }`. After an error it goes on with the next entry or block, so that one run finds all of them.
 */
export function parseFile(text: string, diagnostics: Diagnostics): FileNode {
  return new Parser(tokenize(text, diagnostics), diagnostics).file();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #diagnostics: Diagnostics;
  #index = 0;
  /** Comments that were passed on the way to the next token, which they belong to. */
  #comments: CommentLine[] = [];

  constructor(tokens: readonly Token[], diagnostics: Diagnostics) {
    this.#tokens = tokens;
    this.#diagnostics = diagnostics;
  }

  file(): FileNode {
    const blocks: BlockNode[] = [];
    while (this.#next().kind !== "end") {
      if (isText(this.#next())) blocks.push(this.#block());
      else {
        this.#unexpected("a nickname");
        this.#skipToBlock();
      }
    }
    return { blocks, last: this.#takeComments() };
  }

  #block(): BlockNode {
    const nickname = this.#take();
    const isStray = this.#isStray(nickname);
    if (this.#next().kind === "{") this.#take();
    else {
      if (!isStray) this.#unexpected(`{ behind the nickname ${describe(nickname)}`);
      if (!this.#isEntryNext()) {
        this.#skipToBlock();
        return { nickname, entries: [], above: [], behind: undefined, last: [], behindEnd: undefined };
      }
    }
    const above = this.#takeComments();
    const behind = this.#behind();
    const entries: EntryNode[] = [];
    for (;;) {
      const next = this.#next();
      if (next.kind === "}") break;
      if (next.kind === "end" || this.#isBlockNext()) {
        this.#diagnostics.error(next, `the block of ${describe(nickname)} from line ${nickname.line} is not closed`, "put a } at its end");
        return { nickname, entries, above, behind, last: this.#takeComments(), behindEnd: undefined };
      }
      const entry = this.#entry();
      if (entry !== undefined) entries.push(entry);
    }
    const last = this.#takeComments();
    this.#take();
    return { nickname, entries, above, behind, last, behindEnd: this.#behind() };
  }

  #entry(): EntryNode | undefined {
    const isApart = this.#isApart();
    const key = this.#next();
    const isMore = key.breaksBefore === 0 && isText(this.#tokens[this.#index - 1] ?? endOfNothing);
    if (key.kind === "string") {
      this.#diagnostics.error(key, "a key is written without quotes", 'write key = "value"');
      return this.#skipEntry();
    }
    if (key.kind === "=" && isMore) {
      this.#diagnostics.error(key, "a = cannot stand in a bare word", "put a value with = in it into double quotes");
      return this.#skipEntry();
    }
    if (key.kind !== "word") {
      this.#unexpected("a key or }");
      return this.#skipEntry();
    }
    this.#take();
    if (this.#next().kind !== "=") {
      // A word on the line of another entry may be the rest of its value, and that a secret: it is not repeated.
      if (isMore) this.#diagnostics.error(key, "a second word where only one can be", "put a value with blanks into double quotes");
      else if (!this.#isStray(key)) this.#unexpected(`= behind ${describe(key)}`);
      return this.#skipEntry();
    }
    this.#isStray(key);
    this.#take();
    const value = this.#next();
    // A word on the same line is the value, whatever is behind it: base64 ends with = and is a secret.
    if (!isText(value) || (value.breaksBefore > 0 && this.#isEntryNext())) {
      this.#unexpected(`the value of ${describe(key)}`);
      return this.#skipEntry();
    }
    this.#take();
    if (this.#isStray(value)) this.#skipLine();
    const above = this.#takeComments();
    let behind = this.#behind();
    if (this.#next().kind === ";") {
      this.#take();
      behind ??= this.#behind();
    }
    return { key, value, above, isApart, behind };
  }

  // ------------------------------------------------------------------------------------------------------------------- tokens

  /** The next token that is no comment; comments on the way are kept for who takes it. */
  #next(): Token {
    for (;;) {
      const token = this.#tokens[this.#index] ?? endOfNothing;
      if (token.kind !== "comment") return token;
      this.#comments.push({ text: token.text, isApart: token.breaksBefore > 1 });
      this.#index++;
    }
  }

  #take(): Token {
    const token = this.#next();
    if (token.kind !== "end") this.#index++;
    return token;
  }

  #takeComments(): readonly CommentLine[] {
    return this.#comments.splice(0);
  }

  /** Whether a blank line stands above the next token or its comments. Only asked when no comment was passed yet, or all that were belong to it. */
  #isApart(): boolean {
    const next = this.#next();
    return this.#comments[0]?.isApart ?? next.breaksBefore > 1;
  }

  /** The comment that ends the line of the token that was taken last. */
  #behind(): string | undefined {
    const token = this.#tokens[this.#index];
    if (token?.kind !== "comment" || token.breaksBefore > 0) return undefined;
    this.#index++;
    return token.text;
  }

  #isBlockNext(): boolean {
    return isText(this.#next()) && this.#tokenBehind()?.kind === "{";
  }

  #isEntryNext(): boolean {
    return this.#next().kind === "word" && this.#tokenBehind()?.kind === "=";
  }

  #tokenBehind(): Token | undefined {
    return this.#tokens.slice(this.#index + 1, this.#index + 20).find(({ kind }) => kind !== "comment");
  }

  // ------------------------------------------------------------------------------------------------------------------- errors

  #unexpected(wanted: string): void {
    const next = this.#next();
    this.#diagnostics.error(
      next,
      next.kind === "end" ? `the file ends where ${wanted} should be` : `${describe(next)} where ${wanted} should be`,
    );
  }

  /** Says what is wrong with a word, if anything is: once, however much it is, and without the word, which may be a secret. */
  #isStray({ strayAt }: Token): boolean {
    if (strayAt === undefined) return false;
    this.#diagnostics.error(
      strayAt,
      "a character that cannot stand outside of quotes",
      "a bare word has letters, digits and . _ / : [ ] -; put anything else into double quotes",
    );
    return true;
  }

  /** What is behind a value that should have been quoted is part of it, as far as anybody can tell. */
  #skipLine(): void {
    for (;;) {
      const { kind, breaksBefore } = this.#tokens[this.#index] ?? endOfNothing;
      if (breaksBefore > 0 || kind === ";" || kind === "}" || kind === "comment" || kind === "end") return;
      this.#index++;
    }
  }

  /** Goes on behind the next semicolon, with the next entry that begins a line, or at the end of the block. */
  #skipEntry(): undefined {
    for (;;) {
      const { kind, breaksBefore } = this.#next();
      if (kind === "end" || kind === "}" || this.#isBlockNext()) break;
      if (breaksBefore > 0 && this.#isEntryNext()) break;
      this.#index++;
      if (kind === ";") break;
    }
    this.#comments = [];
  }

  #skipToBlock(): void {
    while (this.#next().kind !== "end" && !this.#isBlockNext()) this.#index++;
    this.#comments = [];
  }
}

const endOfNothing: Token = { kind: "end", text: "", breaksBefore: 0, line: 1, column: 1 };

function isText({ kind }: Token): boolean {
  return kind === "word" || kind === "string";
}

/** A token for a message. What was quoted, or should have been, is not repeated. */
function describe({ kind, text, isBroken }: Token): string {
  if (isBroken && kind === "word") return "a word that has to be quoted";
  return kind === "string" ? "a quoted string" : `"${text}"`;
}
