import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Dashboard, DashboardAuthor } from "../page/page-state.ts";
import { Bars } from "./bars.tsx";
import { Connectors } from "./connectors.tsx";
import { HooksPanel } from "./hooks-panel.tsx";
import { Panel, Rows } from "./panel.tsx";
import { categoriesByMonth, nameAmong, together, usageByMonth } from "./several-repositories.ts";
import { chooseTheme, theme } from "./store.ts";
import { ThemeChoice } from "./theme-choice.tsx";

/** What the reviews of all repositories, or of one of them, have come to. */
export function DashboardPage({ page }: { readonly page: Dashboard }): JSX.Element {
  const [wanted, setWanted] = useState("");
  const chosen = page.repositories.find(({ id }) => id === wanted);
  const repositories = chosen === undefined ? page.repositories : [chosen];
  const { reviews, trend, categories, dismissed, authors, coverage } = together(repositories);
  const usage = usageByMonth(page.usage, chosen?.name);
  const perMonth = categoriesByMonth(categories);
  const unless = (empty: string): string => (page.unread === 0 ? empty : "Reading…");
  useEffect(() => {
    document.title = `${chosen?.name ?? "All repositories"} · lrc`;
  }, [chosen?.name]);
  return (
    <main class="dashboard">
      <header>
        <h1>
          {chosen?.name ?? "All repositories"} <span class="quiet">reviews</span>
        </h1>
        <p class="quiet" role="status">
          {page.unread === 0 ? "" : `Reading ${page.unread} more…`}
        </p>
        <label>
          Repository{" "}
          <select value={chosen?.id ?? ""} onChange={(event) => setWanted(event.currentTarget.value)}>
            <option value="">all {page.repositories.length}</option>
            {page.repositories.map((repository) => (
              <option key={repository.id} value={repository.id}>
                {nameAmong(page.repositories, repository)}
              </option>
            ))}
          </select>
        </label>
        <ThemeChoice chosen={theme.value} onChoose={chooseTheme} />
      </header>
      <Panel title="Active reviews" empty="No review waits for an answer." isEmpty={page.active.length === 0}>
        <ul>
          {page.active.map(({ repository, source, since }) => (
            <li key={`${repository}${since}`}>
              {repository}: {source}, since {new Date(since).toTimeString().slice(0, 5)}
            </li>
          ))}
        </ul>
      </Panel>
      <HooksPanel repositories={repositories} empty={unless("No repository is known.")} />
      <Panel title="Reviews and findings by day" empty={unless("No review has been noted yet.")} isEmpty={trend.length === 0}>
        <Bars
          label="Reviews and findings by day"
          unit="Day"
          bars={trend.map(({ day, reviews, findings }) => ({ name: day.slice(5), values: [reviews, findings] }))}
          series={["reviews", "findings"]}
        />
      </Panel>
      <Panel title="Findings by category over time" empty={unless("Nothing has been found yet.")} isEmpty={categories.length === 0}>
        <Bars label="Findings by category over time" unit="Month" bars={perMonth.months} series={perMonth.series} />
      </Panel>
      <Panel title="Most dismissed rules" empty={unless("Nothing has been dismissed.")} isEmpty={dismissed.length === 0}>
        <Rows titles={["Rule", "Dismissed"]} rows={dismissed.map(({ name, count }) => [name, String(count)])} />
      </Panel>
      <Panel title="Coverage by repository" empty={unless("There are no commits.")} isEmpty={authors.length === 0}>
        <Rows titles={["Repository", ...ofCommits]} rows={coverage.map((row) => [row.repository, ...numbersOf(row)])} />
      </Panel>
      <Panel title="Coverage by author" empty={unless("There are no commits.")} isEmpty={authors.length === 0}>
        <Rows
          titles={["Author", "Repository", ...ofCommits]}
          rows={authors.map((row) => [row.author, row.repository, ...numbersOf(row)])}
        />
      </Panel>
      <Connectors connectors={page.connectors} providers={page.providers} />
      <Panel title="Usage and cost" empty="No model has been asked." isEmpty={usage.length === 0}>
        <Rows
          titles={["Month", "Requests", "Tokens", "Cost"]}
          rows={usage.map(({ month, requests, tokens, cost }) => [
            month,
            String(requests),
            String(tokens),
            cost === undefined ? "unknown" : `$${cost.toFixed(2)}`,
          ])}
        />
      </Panel>
      <Panel title="History" empty={unless("No review has been noted yet.")} isEmpty={reviews.length === 0}>
        <Rows
          titles={["Time", "Repository", "Answer", "Findings", "Coverage", "Commit"]}
          rows={reviews.map(({ time, repository, answer, findings, coverage, commit }) => [
            time.slice(0, 16).replace("T", " "),
            repository,
            answer,
            String(findings),
            coverage === undefined ? "–" : `${coverage}%`,
            commit ?? "–",
          ])}
        />
      </Panel>
    </main>
  );
}

const ofCommits = ["Commits", "Reviewed", "Coverage"] as const;

function numbersOf({ commits, reviewed, coverage }: Omit<DashboardAuthor, "author">): readonly string[] {
  return [String(commits), String(reviewed), coverage === undefined ? "–" : `${Math.round(coverage)}%`];
}
