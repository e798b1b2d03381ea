import ignore from "ignore";

/** Paths that are not reviewed, from files in the syntax of .gitignore. They are matched on real paths, not on the headers of a diff. */
export class IgnoreList {
  readonly #parts: readonly { readonly folder: string; readonly file: string; readonly matcher: ReturnType<typeof ignore> }[];

  /** `files` by the path of the ignore file itself (`.lrc/ignore`, `packages/a/.lrc/ignore`); its patterns count from the folder that holds `.lrc`. */
  constructor(files: ReadonlyMap<string, string>) {
    this.#parts = [...files].map(([file, text]) => ({
      folder: file.slice(0, Math.max(0, file.length - ".lrc/ignore".length)),
      file,
      matcher: ignore().add(text),
    }));
  }

  /** Which file says that `path` is ignored (`.lrc/ignore: dist/`), or undefined. */
  lineFor(path: string): string | undefined {
    for (const { folder, file, matcher } of this.#parts) {
      if (!path.startsWith(folder)) continue;
      const inside = path.slice(folder.length);
      if (!ignore.isPathValid(inside)) continue;
      const { ignored, rule } = matcher.test(inside);
      if (ignored) return rule === undefined ? file : `${file}: ${rule.pattern}`;
    }
    return undefined;
  }
}
