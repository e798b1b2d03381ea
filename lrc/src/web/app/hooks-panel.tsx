import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DashboardHooks } from "../page/page-state.ts";
import { Panel } from "./panel.tsx";
import { perform } from "./store.ts";

/** Whether commits are reviewed here, and a way to have it so that shows its plan first. */
export function HooksPanel({ hooks }: { readonly hooks: readonly DashboardHooks[] }): JSX.Element {
  return (
    <Panel title="Hooks" empty="No repository is known." isEmpty={hooks.length === 0}>
      {hooks.map((one) => (
        <RepositoryHooks key={one.repository} hooks={one} />
      ))}
    </Panel>
  );
}

function RepositoryHooks({ hooks: { repository, willBeReviewed, obstacles, plan } }: { readonly hooks: DashboardHooks }): JSX.Element {
  const [isShown, setShown] = useState(false);
  return (
    <div>
      <h3>{repository}</h3>
      <p>{willBeReviewed ? "The next commit will be reviewed." : "The next commit will not be reviewed."}</p>
      <ul>
        {obstacles.map((obstacle) => (
          <li key={obstacle}>{obstacle}</li>
        ))}
      </ul>
      {plan.length === 0 ? null : (
        <>
          <button type="button" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
            Fix…
          </button>
          {isShown ? (
            <div>
              <p>This would be done:</p>
              <ol>
                {plan.map((step) => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
              <button type="button" class="primary" onClick={() => void perform("fix-hooks", { plan }, "Done.")}>
                Do it
              </button>
            </div>
          ) : null}
        </>
      )}
    </div>
  );
}
