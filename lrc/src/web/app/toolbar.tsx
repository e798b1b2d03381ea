import type { JSX } from "preact";
import { agentText } from "../page/agent-text.ts";
import { countedFindings } from "../page/counted.ts";
import type { ReviewPage } from "../page/page-state.ts";
import { copyText } from "./clipboard.ts";
import { chooseTheme, diffStyle, perform, shownFindings, showsKeys, tab, theme } from "./store.ts";
import { ThemeChoice } from "./theme-choice.tsx";

export function Toolbar({ page }: { readonly page: ReviewPage }): JSX.Element {
  const findings = shownFindings.value;
  const fingerprints = findings.map(({ fingerprint }) => fingerprint);
  return (
    <div class="toolbar" role="toolbar" aria-label="View">
      <span class="group">
        <button
          type="button"
          aria-pressed={tab.value === "changes"}
          onClick={() => {
            tab.value = "changes";
          }}
        >
          Changes
        </button>
        <button
          type="button"
          aria-pressed={tab.value === "log"}
          onClick={() => {
            tab.value = "log";
          }}
        >
          Event log
        </button>
      </span>
      <span class="group">
        <button
          type="button"
          aria-pressed={diffStyle.value === "split"}
          onClick={() => {
            diffStyle.value = "split";
          }}
        >
          Split
        </button>
        <button
          type="button"
          aria-pressed={diffStyle.value === "unified"}
          onClick={() => {
            diffStyle.value = "unified";
          }}
        >
          Unified
        </button>
      </span>
      <button
        type="button"
        disabled={findings.length === 0}
        onClick={() => void copyText(agentText(findings, page.source), `${countedFindings(findings.length)} copied.`)}
      >
        Copy visible issues
      </button>
      {page.agents.length === 0 ? null : (
        <details class="menu">
          <summary>Send to agent</summary>
          <div>
            {page.agents.map((agent) => (
              <button
                type="button"
                key={agent}
                disabled={findings.length === 0}
                onClick={() => void perform("send", { agent, fingerprints }, `Sent ${countedFindings(findings.length)} to ${agent}.`)}
              >
                {agent}
              </button>
            ))}
          </div>
        </details>
      )}
      <ThemeChoice chosen={theme.value} onChoose={chooseTheme} />
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label="Keys"
        onClick={() => {
          showsKeys.value = true;
        }}
      >
        ?
      </button>
    </div>
  );
}
