import type { JSX } from "preact";
import type { PageFinding, ReviewPage } from "../page/page-state.ts";
import { jumpToFile } from "./diff-view.tsx";
import { tab } from "./store.ts";

const severities: readonly PageFinding["severity"][] = ["critical", "error", "warning", "info"];

/** The changed files with what was found in each. */
export function FileList({ page }: { readonly page: ReviewPage }): JSX.Element {
  const findings = new Map<string, PageFinding[]>();
  for (const finding of page.findings) findings.set(finding.path, [...(findings.get(finding.path) ?? []), finding]);
  return (
    <ul class="files">
      {page.files.map(({ path, status, addedLines, removedLines }) => {
        const found = findings.get(path) ?? [];
        const worst = severities.find((severity) => found.some((finding) => finding.severity === severity));
        return (
          <li key={path}>
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
                  <span class="unseen"> findings</span>
                </span>
              )}
              <span class="plus">+{addedLines}</span>
              <span class="minus">−{removedLines}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
