import ignore from "ignore";

/**
 * Paths that are not reviewed, from files in the syntax of .gitignore. They are matched on real paths, not on the headers of a diff, and as Git does it: of two
 * files the one in the nearer folder decides, capitals count, and nothing below a folder that is left out is taken back in.
 */
export class IgnoreList {
  /** All lines as if they stood in one file at the top: those of nearer folders later, as the last line that fits decides. */
  readonly #matcher = ignore({ ignorecase: false });

  /** `files` by the path of the ignore file itself (`.lrc/ignore`, `packages/a/.lrc/ignore`); its patterns count from the folder that holds `.lrc`. */
  constructor(files: ReadonlyMap<string, string>) {
    const farFirst = [...files].toSorted(([one], [other]) => one.length - other.length);
    for (const [file, text] of farFirst) {
      const folder = file.slice(0, Math.max(0, file.length - ".lrc/ignore".length));
      for (const line of text.replace(/^\ufeff/, "").split(/\r?\n/)) this.#add(line, folder, file);
    }
  }

  /** Which file says that `path` is ignored (`.lrc/ignore: dist/`), or undefined. */
  lineFor(path: string): string | undefined {
    if (!ignore.isPathValid(path)) return undefined;
    const { ignored, rule } = this.#matcher.test(path);
    return ignored ? rule?.mark : undefined;
  }

  #add(line: string, folder: string, file: string): void {
    if (line.trim() === "" || line.startsWith("#")) return;
    this.#matcher.add({ pattern: folder === "" ? line : fromTop(line, folder), mark: `${file}: ${line}` });
  }
}

// `!/kept` in `pkg/` is `!/pkg/kept` at the top, and `kept` is `/pkg/**/kept`.
function fromTop(line: string, folder: string): string {
  const not = line.startsWith("!") ? "!" : "";
  const pattern = line.slice(not.length);
  const isAnchored = /\/./.test(pattern);
  const plain = pattern.replace(/^\/|^\\(?=[!#])/, "");
  return `${not}/${folder.replace(/[\\*?[\]!# ]/g, "\\$&")}${isAnchored ? "" : "**/"}${plain}`;
}
