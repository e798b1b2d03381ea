import type { JSX } from "preact";
import type { Dashboard } from "../page/page-state.ts";
import { Bars } from "./bars.tsx";
import { Connectors } from "./connectors.tsx";
import { HooksPanel } from "./hooks-panel.tsx";
import { Panel, Rows } from "./panel.tsx";
import { type Theme, theme } from "./store.ts";

/** What the reviews of a repository have come to. */
export function DashboardPage({ page }: { readonly page: Dashboard }): JSX.Element {
  return (
    <main class="dashboard">
      <header>
        <h1>
          {page.repository} <span class="quiet">reviews</span>
        </h1>
        <label>
          Theme{" "}
          <select
            value={theme.value}
            onChange={(event) => {
              theme.value = event.currentTarget.value as Theme;
            }}
          >
            <option value="system">system</option>
            <option value="light">light</option>
            <option value="dark">dark</option>
          </select>
        </label>
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
      <Panel title="Reviews and findings by day" empty="No review has been noted yet." isEmpty={page.trend.length === 0}>
        <Bars
          label="Reviews and findings by day"
          bars={page.trend.map(({ day, reviews, findings }) => ({ name: day.slice(5), values: [reviews, findings] }))}
          series={["reviews", "findings"]}
        />
      </Panel>
      <Panel title="Findings by category over time" empty="Nothing has been found yet." isEmpty={page.categories.length === 0}>
        <Rows
          titles={["Month", "Category", "Findings"]}
          rows={page.categories.map(({ month, category, count }) => [month, category, String(count)])}
        />
      </Panel>
      <Panel title="Most dismissed rules" empty="Nothing has been dismissed." isEmpty={page.dismissed.length === 0}>
        <Rows titles={["Rule", "Dismissed"]} rows={page.dismissed.map(({ name, count }) => [name, String(count)])} />
      </Panel>
      <Panel title="Coverage by author" empty="There are no commits." isEmpty={page.authors.length === 0}>
        <Rows
          titles={["Author", "Commits", "Reviewed", "Coverage"]}
          rows={page.authors.map(({ author, commits, reviewed, coverage }) => [
            author,
            String(commits),
            String(reviewed),
            coverage === undefined ? "–" : `${Math.round(coverage)}%`,
          ])}
        />
      </Panel>
      <Connectors connectors={page.connectors} providers={page.providers} />
      <Panel title="Usage and cost" empty="No model has been asked." isEmpty={page.usage.length === 0}>
        <Rows
          titles={["Month", "Requests", "Tokens", "Cost"]}
          rows={page.usage.map(({ month, requests, tokens, cost }) => [
            month,
            String(requests),
            String(tokens),
            cost === undefined ? "unknown" : `$${cost.toFixed(2)}`,
          ])}
        />
      </Panel>
      <HooksPanel hooks={page.hooks} />
      <Panel title="History" empty="No review has been noted yet." isEmpty={page.reviews.length === 0}>
        <Rows
          titles={["Time", "Answer", "Findings", "Coverage", "Commit"]}
          rows={page.reviews.map(({ time, answer, findings, coverage, commit }) => [
            time.slice(0, 16).replace("T", " "),
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
