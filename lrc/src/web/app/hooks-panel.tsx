import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DashboardRepository } from "../page/page-state.ts";
import { Panel } from "./panel.tsx";
import { nameAmong } from "./several-repositories.ts";
import { perform } from "./store.ts";

/** Whether commits are reviewed in each repository, and a way to have it so that shows its plan first. */
export function HooksPanel({
  repositories,
  empty,
}: {
  readonly repositories: readonly DashboardRepository[];
  readonly empty: string;
}): JSX.Element {
  return (
    <Panel title="Hooks" empty={empty} isEmpty={repositories.length === 0}>
      {repositories.map((repository) => (
        <RepositoryHooks key={repository.id} repository={repository} name={nameAmong(repositories, repository)} />
      ))}
    </Panel>
  );
}

function RepositoryHooks({ repository, name }: { readonly repository: DashboardRepository; readonly name: string }): JSX.Element {
  const [isShown, setShown] = useState(false);
  const {
    id,
    problem,
    hooks: { willBeReviewed, obstacles, plan },
  } = repository;
  return (
    <section class="hooks" aria-label={`Hooks of ${name}`}>
      <h3 title={id}>{name}</h3>
      <p>
        {problem !== undefined
          ? `It cannot be read: ${problem}`
          : willBeReviewed
            ? "The next commit will be reviewed."
            : "The next commit will not be reviewed."}
      </p>
      {obstacles.length === 0 ? null : (
        <ul>
          {obstacles.map((obstacle) => (
            <li key={obstacle}>{obstacle}</li>
          ))}
        </ul>
      )}
      {plan.length === 0 ? null : (
        <>
          <button type="button" aria-expanded={isShown} aria-label={`Fix the hooks of ${name}`} onClick={() => setShown(!isShown)}>
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
              <button type="button" class="primary" onClick={() => void perform("fix-hooks", { repository: id, plan }, "Done.")}>
                Do it
              </button>
            </div>
          ) : null}
        </>
      )}
    </section>
  );
}
