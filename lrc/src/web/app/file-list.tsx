import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { PageFile, PageFinding, ReviewPage } from "../page/page-state.ts";
import { jumpToFile } from "./diff-view.tsx";
import { focusable } from "./focusable.ts";
import { tab } from "./store.ts";

const severities: readonly PageFinding["severity"][] = ["critical", "error", "warning", "info"];

/** The height of a row in style.css, in pixels. */
const rowHeight = 30;
/** Rows beyond the edges that are drawn before anybody sees them; the keyboard's next stop is among them. */
const margin = 4;

/** The changed files with what was found in each. Only the rows in sight are in the document. */
export function FileList({ page }: { readonly page: ReviewPage }): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const [inSight, setInSight] = useState({ first: 0, count: 20 });
  const look = (): void => {
    const { scrollTop = 0, clientHeight = 0 } = list.current ?? {};
    setInSight({ first: Math.floor(scrollTop / rowHeight), count: Math.ceil(clientHeight / rowHeight) });
  };
  useLayoutEffect(look, [page.files.length]);
  const findings = new Map<string, PageFinding[]>();
  for (const finding of page.findings) findings.set(finding.path, [...(findings.get(finding.path) ?? []), finding]);
  const first = Math.max(0, inSight.first - margin);
  const rows = page.files.slice(first, inSight.first + inSight.count + margin);
  return (
    <section class="files" ref={list} aria-label="Changed files" onScroll={look} {...focusable}>
      <ul style={{ paddingTop: first * rowHeight, paddingBottom: (page.files.length - first - rows.length) * rowHeight }}>
        {rows.map((file, index) => (
          <li key={file.path} aria-setsize={page.files.length} aria-posinset={first + index + 1}>
            <FileRow file={file} found={findings.get(file.path) ?? []} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function FileRow({
  file: { path, status, addedLines, removedLines },
  found,
}: {
  readonly file: PageFile;
  readonly found: readonly PageFinding[];
}): JSX.Element {
  const worst = severities.find((severity) => found.some((finding) => finding.severity === severity));
  return (
    <button
      type="button"
      class="plain file"
      onClick={() => {
        tab.value = "changes";
        jumpToFile(path);
      }}
    >
      <abbr class={`status ${status}`} title={status}>
        {status.slice(0, 1).toUpperCase()}
      </abbr>
      <span class="path">
        <bdi>{path}</bdi>
      </span>
      {worst === undefined ? null : (
        <span class={`badge ${worst}`}>
          {found.length}
          <span class="unseen"> {found.length === 1 ? "finding" : "findings"}</span>
        </span>
      )}
      <span class="plus">+{addedLines}</span>
      <span class="minus">−{removedLines}</span>
    </button>
  );
}
