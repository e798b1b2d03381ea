import { basename } from "node:path";
import { sentenceOf } from "kit/cli";
import type { Repository } from "#git";
import type { History, Row } from "#history";
import { describeStep, findHooks, planLocalInstall } from "#hooks";
import type { Dashboard, DashboardRepository } from "#web";
import { readLog } from "../commit-log.ts";
import type { Surroundings } from "../context.ts";
import { diagnose } from "../hooks-status.ts";
import { listConnectors } from "../models/index.ts";
import { modelPlaces } from "../models/places.ts";
import { monthOf, readUsage } from "../models/usage-log.ts";
import { openHistory } from "../open-history.ts";
import { commonState } from "../open-repository.ts";
import { activePages } from "./active-pages.ts";

const text = (value: Row[string] | undefined): string => String(value ?? "");
const optionalNumber = (value: Row[string] | undefined): number | undefined =>
  value === null || value === undefined ? undefined : Number(value);

/** What tells a repository from all others. */
export function idOf({ paths: { root, commonDirectory } }: Repository): string {
  return root ?? commonDirectory;
}

/** What the dashboard shows of one repository, as it is now. */
export async function repositoryOnDashboard(repository: Repository, surroundings: Surroundings): Promise<DashboardRepository> {
  const id = idOf(repository);
  using history = await openHistory(repository, surroundings);
  history.loadCommits(await readLog(repository, {}, surroundings.stopped));
  return { id, name: basename(id), problem: undefined, ...answersOf(history), hooks: await hooksOf(repository, surroundings) };
}

/** One that cannot be read is shown with the reason. */
export function unreadableOnDashboard(root: string, error: unknown): DashboardRepository {
  return {
    id: root,
    name: basename(root),
    problem: sentenceOf(error),
    reviews: [],
    trend: [],
    categories: [],
    dismissed: [],
    authors: [],
    hooks: { willBeReviewed: false, obstacles: [], plan: [] },
  };
}

/** Whether its commits are reviewed, and what would have them reviewed. */
export async function hooksOf(repository: Repository, surroundings: Surroundings): Promise<DashboardRepository["hooks"]> {
  const { willBeReviewed, obstacles } = await diagnose(repository, surroundings);
  return { willBeReviewed, obstacles, plan: willBeReviewed ? [] : hooksPlan(repository, surroundings).map(describeStep) };
}

/** The pages that are open for it. */
export function activeOnDashboard(repository: Repository, surroundings: Surroundings): Dashboard["active"] {
  const name = basename(idOf(repository));
  return activePages(commonState(repository, surroundings), surroundings.wallTime()).map((page) => ({ repository: name, ...page }));
}

/** What would have the next commit reviewed. */
export function hooksPlan(repository: Repository, { program }: Surroundings) {
  return planLocalInstall(findHooks(repository), program, repository.paths.root).steps;
}

export function connectorsOf(surroundings: Surroundings): Dashboard["connectors"] {
  return listConnectors(surroundings).map(({ name, provider, model, place, destination }) => ({
    name,
    detail: `${provider}, ${model}, ${place === "local" ? "on this machine" : `asks ${destination}`}`,
  }));
}

function answersOf(history: History): Pick<DashboardRepository, "reviews" | "trend" | "categories" | "dismissed" | "authors"> {
  return {
    reviews: history
      .query(
        `SELECT r.time, r.answer, r.action, r.coverage, substr(r.commit_hash, 1, 10) AS hash,
          (SELECT count(*) FROM findings f WHERE f.review_id = r.id AND f.suppressed_by IS NULL) AS findings FROM reviews r ORDER BY r.id DESC LIMIT 100`,
      )
      .map(({ time, answer, action, coverage, hash, findings }) => ({
        time: text(time),
        answer: text(answer),
        action: text(action),
        findings: Number(findings),
        coverage: optionalNumber(coverage),
        commit: hash === null ? undefined : text(hash),
      })),
    trend: history
      .query(
        `SELECT day, count(*) AS reviews, sum(findings) AS findings FROM (SELECT substr(r.time, 1, 10) AS day,
          (SELECT count(*) FROM findings f WHERE f.review_id = r.id AND f.suppressed_by IS NULL) AS findings FROM reviews r)
          GROUP BY day ORDER BY day DESC LIMIT 30`,
      )
      .map(({ day, reviews, findings }) => ({ day: text(day), reviews: Number(reviews), findings: Number(findings) }))
      .toReversed(),
    categories: history
      .query(
        `SELECT substr(r.time, 1, 7) AS month, f.category, count(DISTINCT f.fingerprint) AS n FROM findings f JOIN reviews r ON r.id = f.review_id
          GROUP BY month, f.category ORDER BY month DESC, n DESC LIMIT 60`,
      )
      .map(({ month, category, n }) => ({ month: text(month), category: text(category), count: Number(n) })),
    dismissed: history
      .query(
        `SELECT f.rule AS name, count(DISTINCT f.fingerprint) AS n FROM findings f JOIN dismissals d ON d.fingerprint = f.fingerprint
          GROUP BY f.rule ORDER BY n DESC LIMIT 20`,
      )
      .map(({ name, n }) => ({ name: text(name), count: Number(n) })),
    authors: history
      .query(
        `SELECT author, count(*) AS commits, sum(action IN ('ran', 'vouched')) AS reviewed, count(coverage) AS measured, avg(coverage) AS coverage
          FROM commits
          GROUP BY author ORDER BY commits DESC LIMIT 50`,
      )
      .map(({ author, commits, reviewed, measured, coverage }) => ({
        author: text(author),
        commits: Number(commits),
        measured: Number(measured),
        reviewed: Number(reviewed ?? 0),
        coverage: optionalNumber(coverage),
      })),
  };
}

/** What models have used, newest month first. */
export function usageOf(surroundings: Surroundings): Dashboard["usage"] {
  const rows = new Map<string, Dashboard["usage"][number]>();
  for (const record of readUsage(modelPlaces(surroundings).usage)) {
    const month = monthOf(record.time);
    const repository = basename(record.repository);
    for (const { requests, inputTokens, outputTokens, usd } of record.spent) {
      const row = rows.get(`${month} ${repository}`);
      rows.set(`${month} ${repository}`, {
        month,
        repository,
        requests: (row?.requests ?? 0) + requests,
        tokens: (row?.tokens ?? 0) + inputTokens + outputTokens,
        cost: usd === undefined ? row?.cost : (row?.cost ?? 0) + usd,
      });
    }
  }
  return [...rows.values()].toReversed();
}
