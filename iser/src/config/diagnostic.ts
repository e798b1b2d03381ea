/** A place in a text; both count from 1, columns in characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Something to say about a place in a file. An error keeps the file from being used, a warning does not. */
export interface Diagnostic extends Position {
  readonly severity: "error" | "warning";
  /** What is wrong there. Never holds a secret. */
  readonly message: string;
  /** What to write instead, or what is permitted. */
  readonly nextStep: string | undefined;
}

/** `file:line:column: error: message; next step`, as compilers write it, so that editors find the place. Ends with a newline. */
export function formatDiagnostic(file: string, { line, column, severity, message, nextStep }: Diagnostic): string {
  return `${file}:${line}:${column}: ${severity}: ${message}${nextStep === undefined ? "" : `; ${nextStep}`}\n`;
}

/** Collects what there is to say about one file. */
export class Diagnostics {
  readonly #list: Diagnostic[] = [];

  error(at: Position, message: string, nextStep?: string): void {
    this.#list.push({ line: at.line, column: at.column, severity: "error", message, nextStep });
  }

  warn(at: Position, message: string, nextStep?: string): void {
    this.#list.push({ line: at.line, column: at.column, severity: "warning", message, nextStep });
  }

  /** All of them, in the order of the file. */
  sorted(): readonly Diagnostic[] {
    return [...this.#list].sort((a, b) => a.line - b.line || a.column - b.column);
  }
}
