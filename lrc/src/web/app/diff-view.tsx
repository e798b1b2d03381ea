import { CodeView, type CodeViewDiffItem, type DiffLineAnnotation, type FileDiffMetadata, parsePatchFiles } from "@pierre/diffs";
import { type JSX, render } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { PageFile, PageFinding, ReviewPage } from "../page/page-state.ts";
import { thinOut } from "./coloured-lines.ts";
import { cardId, FindingCards } from "./finding-card.tsx";
import { focusable } from "./focusable.ts";
import { codeThemes, highlighters, longestColoured } from "./highlighters.ts";
import { languageOf } from "./language.ts";
import { current, diffStyle, theme } from "./store.ts";

type Annotation = DiffLineAnnotation<readonly string[]>;

/** In a change of more lines than this, lines are not compared word by word: what is in sight is drawn anew with every turn of the wheel. */
const mostComparedLines = 4000;
/** Pixels beyond the edges that are drawn before they are seen. */
const margin = 60;
/** Words and signs of a line, in the mean of as many lines as are in sight, beyond which a file is data rather than code, and is drawn without colours. */
const mostWords = 60;
const linesInSight = 50;

let jump: (path: string) => void = () => undefined;

/** Scrolls the change to a file. */
export function jumpToFile(path: string): void {
  jump(path);
}

/** The change with its findings at their lines. Only what is in sight is in the document. */
export function DiffView({ page, findings }: { readonly page: ReviewPage; readonly findings: readonly PageFinding[] }): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<CodeView<readonly string[]>>(undefined);
  const byFingerprint = useRef(new Map<string, PageFinding>());
  const source = useRef({ source: page.source, canAct: true });
  const version = useRef(0);
  byFingerprint.current = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  source.current = { source: page.source, canAct: page.phase !== "decided" };
  const renderAnnotation = ({ metadata }: { readonly metadata?: readonly string[] }): HTMLElement =>
    cards(metadata ?? [], byFingerprint.current, source.current);
  const isLarge = page.files.reduce((sum, { addedLines, removedLines }) => sum + addedLines + removedLines, 0) > mostComparedLines;
  const diffs = useMemo(
    () => page.files.filter(({ hunks }) => hunks !== "").map((file) => ({ path: file.path, diff: diffOf(file, isLarge) })),
    [page.files],
  );

  useEffect(() => {
    const root = host.current;
    if (root === null) return;
    const made = new CodeView<readonly string[]>(
      {
        ...looks(isLarge, root),
        renderAnnotation,
      },
      highlighters(),
    );
    made.config.overscrollSize = margin;
    made.setup(root);
    view.current = made;
    jump = (path) => made.scrollTo({ type: "item", id: path, align: "start", behavior: "instant" });
    return () => {
      made.cleanUp();
      view.current = undefined;
    };
  }, []);

  useEffect(() => {
    const root = host.current;
    if (root === null) return;
    view.current?.setOptions({
      ...looks(isLarge, root),
      renderAnnotation,
    });
    view.current?.render();
  }, [diffStyle.value, theme.value, isLarge]);

  useEffect(() => {
    version.current += 1;
    const items = diffs.map(
      ({ path, diff }): CodeViewDiffItem<readonly string[]> => ({
        id: path,
        type: "diff",
        fileDiff: diff,
        annotations: annotationsOf(
          diff,
          findings.filter((finding) => finding.path === path),
        ),
        version: version.current,
      }),
    );
    view.current?.setItems(items);
    view.current?.render();
  }, [diffs, findings]);

  useEffect(() => {
    const finding = current.value === undefined ? undefined : byFingerprint.current.get(current.value);
    if (finding === undefined) return;
    const diff = diffs.find(({ path }) => path === finding.path)?.diff;
    if (diff !== undefined) {
      const { side, lineNumber } = placeOf(diff, finding);
      view.current?.scrollTo({ type: "line", id: finding.path, lineNumber, side, align: "center", behavior: "instant" });
    }
    focusCard(finding.fingerprint);
  }, [current.value]);

  return <section class="diff" ref={host} aria-label="The change" {...focusable} />;
}

function looks(isLarge: boolean, view: Element) {
  return {
    diffStyle: diffStyle.value,
    themeType: theme.value,
    theme: codeThemes,
    overflow: "wrap",
    stickyHeaders: true,
    hunkSeparators: "line-info-basic",
    lineDiffType: isLarge ? "none" : "word-alt",
    // Where the reader's own colours are drawn, added and removed lines have the same: signs tell them apart.
    diffIndicators: matchMedia("(forced-colors: active)").matches ? "classic" : "bars",
    tokenizeMaxLineLength: longestColoured,
    onPostRender: ({ shadowRoot }: HTMLElement) => {
      if (shadowRoot !== null) thinOut(shadowRoot, view);
    },
  } as const;
}

/** Whether so much stands in some lines that their colours would hold up whoever scrolls. */
function isDense(hunks: string): boolean {
  const words: number[] = [];
  let inSight = 0;
  for (const line of hunks.split("\n")) {
    const count = line.length > longestColoured ? 0 : (line.match(/\w+|[^\w\s]/g)?.length ?? 0);
    words.push(count);
    inSight += count - (words.at(-1 - linesInSight) ?? 0);
    if (inSight > mostWords * linesInSight) return true;
  }
  return false;
}

/** Built from the hunks alone, so that no name of a file is ever parsed. */
function diffOf({ path, oldPath, hunks, status }: PageFile, isLarge: boolean): FileDiffMetadata {
  const [parsed] = parsePatchFiles(`diff --git a/f b/f\n--- a/f\n+++ b/f\n${hunks}`, { disableLineMatching: isLarge });
  const diff = parsed?.files[0];
  if (diff === undefined) throw new Error("a hunk cannot be read");
  const type = status === "added" ? "new" : status === "deleted" ? "deleted" : status === "renamed" ? "rename-changed" : "change";
  return {
    ...diff,
    name: path,
    ...(oldPath === undefined || oldPath === path ? {} : { prevName: oldPath }),
    type,
    lang: isDense(hunks) ? "text" : languageOf(path),
  };
}

function annotationsOf(diff: FileDiffMetadata, findings: readonly PageFinding[]): Annotation[] {
  const lines = new Map<string, { readonly side: Annotation["side"]; readonly lineNumber: number; readonly metadata: string[] }>();
  for (const finding of findings) {
    const { side, lineNumber } = placeOf(diff, finding);
    const key = `${side} ${lineNumber}`;
    const line = lines.get(key) ?? { side, lineNumber, metadata: [] };
    line.metadata.push(finding.fingerprint);
    lines.set(key, line);
  }
  return [...lines.values()];
}

/** Where a finding is drawn: at its last line if the diff shows it, else at the nearest that it does. */
function placeOf({ hunks }: FileDiffMetadata, finding: PageFinding): Pick<Annotation, "side" | "lineNumber"> {
  const side = finding.side === "old" ? "deletions" : "additions";
  const wanted = finding.endLine;
  let nearest = { side, lineNumber: wanted } as Pick<Annotation, "side" | "lineNumber">;
  let distance = Number.POSITIVE_INFINITY;
  for (const hunk of hunks) {
    const first = side === "additions" ? hunk.additionStart : hunk.deletionStart;
    const count = side === "additions" ? hunk.additionCount : hunk.deletionCount;
    if (count === 0) continue;
    const line = Math.min(Math.max(wanted, first), first + count - 1);
    if (Math.abs(line - wanted) < distance) {
      distance = Math.abs(line - wanted);
      nearest = { side, lineNumber: line };
    }
  }
  if (distance < Number.POSITIVE_INFINITY) return nearest;
  // Nothing is left on that side: it is drawn on the other.
  const [hunk] = hunks;
  if (hunk === undefined) return nearest;
  return side === "additions"
    ? { side: "deletions", lineNumber: hunk.deletionStart }
    : { side: "additions", lineNumber: hunk.additionStart };
}

function cards(
  fingerprints: readonly string[],
  findings: ReadonlyMap<string, PageFinding>,
  actions: { readonly source: string; readonly canAct: boolean },
): HTMLElement {
  const element = document.createElement("div");
  element.className = "cards";
  const here = fingerprints.flatMap((fingerprint) => findings.get(fingerprint) ?? []);
  render(<FindingCards findings={here} actions={actions} />, element);
  return element;
}

/** The card may come into the document only once it has been scrolled to. */
function focusCard(fingerprint: string, tries = 20): void {
  const card = document.getElementById(cardId(fingerprint));
  if (card !== null) card.focus({ preventScroll: card.closest(".diff") !== null && isInSight(card) });
  else if (tries > 0) requestAnimationFrame(() => focusCard(fingerprint, tries - 1));
}

function isInSight(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}
