import { join } from "node:path";
import { providers } from "#connectors";
import type { Repository } from "#git";
import { apply, describeStep } from "#hooks";
import { type Dashboard, LivePage, type PageAction, PageError, servePage } from "#web";
import type { Surroundings } from "../context.ts";
import { knownRepositories, rememberRepository } from "../known-repositories.ts";
import { addConnector, orderConnectors, removeConnector, testConnector } from "../models/index.ts";
import { openRepository } from "../open-repository.ts";
import { version } from "../version.ts";
import {
  activeOnDashboard,
  connectorsOf,
  hooksOf,
  hooksPlan,
  idOf,
  repositoryOnDashboard,
  unreadableOnDashboard,
  usageOf,
} from "./dashboard-state.ts";
import { openBrowser } from "./open-browser.ts";
import { hasDisplay } from "./wanted.ts";

type Input = Readonly<Record<string, unknown>>;

/** Others' pages come and go without telling us. */
const lookEveryMs = 3_000;

/**
 * Shows the dashboard until its last tab is closed. The page is there at once; it is filled with the repository that it was started in, then with every other
 * one in which this user's commits are reviewed.
 */
export async function serveDashboard(here: Repository | undefined, surroundings: Surroundings): Promise<void> {
  const { clock, random, stderr, stopped, env, program } = surroundings;
  const repositories = new Map<string, Repository>();
  const first = here === undefined ? undefined : idOf(here);
  if (here !== undefined && first !== undefined) {
    repositories.set(first, here);
    rememberRepository(here, surroundings);
  }
  const roots = [...(first === undefined ? [] : [first]), ...knownRepositories(surroundings).filter((root) => root !== first)];
  const active = (): Dashboard["active"] => [...repositories.values()].flatMap((repository) => activeOnDashboard(repository, surroundings));
  const page = new LivePage<Dashboard>({
    kind: "dashboard",
    version,
    repositories: [],
    unread: roots.length,
    active: active(),
    connectors: connectorsOf(surroundings),
    providers: providers.map(({ id }) => id),
    usage: usageOf(surroundings),
  });
  let leave: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  stopped.addEventListener("abort", leave, { once: true });
  const server = await servePage({
    page,
    actions: Object.fromEntries(
      Object.entries({ ...connectorActions(page, surroundings), "fix-hooks": fixHooks(page, repositories, surroundings) }).map(
        ([name, action]) => [name, explained(action)],
      ),
    ),
    assets: join(program.script, "..", "..", "page"),
    clock,
    random,
    onLeft: leave,
  });
  stderr.write(`lrc: ${server.url}\n`);
  const forget = hasDisplay(env) ? await openBrowser(server.url, env) : () => undefined;
  let timer = clock.after(lookEveryMs, look, { background: true });
  function look(): void {
    const now = active();
    if (JSON.stringify(now) !== JSON.stringify(page.state.active)) page.update({ active: now });
    timer = clock.after(lookEveryMs, look, { background: true });
  }
  let isOver = false;
  const read = async (): Promise<void> => {
    for (const root of roots) {
      if (isOver) return;
      const shown = await readRepository(root, repositories, surroundings);
      page.update({ repositories: [...page.state.repositories, shown], unread: page.state.unread - 1, active: active() });
    }
  };
  const reading = read();
  await left;
  isOver = true;
  timer.cancel();
  forget();
  await Promise.all([reading, server.close()]);
}

async function readRepository(root: string, repositories: Map<string, Repository>, surroundings: Surroundings) {
  const there = { ...surroundings, directory: root };
  try {
    const repository = repositories.get(root) ?? (await openRepository(there));
    const shown = await repositoryOnDashboard(repository, there);
    repositories.set(shown.id, repository);
    return shown;
  } catch (error) {
    return unreadableOnDashboard(root, error);
  }
}

function fixHooks(page: LivePage<Dashboard>, repositories: ReadonlyMap<string, Repository>, surroundings: Surroundings): PageAction {
  return async (input) => {
    const id = wordOf(input, "repository");
    const repository = repositories.get(id);
    if (repository === undefined) throw new PageError("that repository is not known here");
    const steps = hooksPlan(repository, surroundings);
    // What is done is what was shown, or nothing.
    if (JSON.stringify(input.plan) !== JSON.stringify(steps.map(describeStep)))
      throw new PageError("something has changed since; look again");
    await apply({ steps, notes: [] }, repository.git);
    const hooks = await hooksOf(repository, surroundings);
    page.update({ repositories: page.state.repositories.map((one) => (one.id === id ? { ...one, hooks } : one)) });
  };
}

function connectorActions(page: LivePage<Dashboard>, surroundings: Surroundings): Readonly<Record<string, PageAction>> {
  const show = (): void => page.update({ connectors: connectorsOf(surroundings) });
  return {
    "connectors-add": async (input) => {
      await addConnector(
        {
          name: optionalWord(input, "name") ?? wordOf(input, "provider"),
          provider: wordOf(input, "provider"),
          model: optionalWord(input, "model"),
          baseUrl: optionalWord(input, "baseUrl"),
          key: keyOf(input),
          secret: undefined,
          first: false,
        },
        surroundings,
      );
      show();
    },
    "connectors-test": async (input) => {
      await testConnector(wordOf(input, "name"), surroundings, surroundings.stopped);
    },
    "connectors-remove": async (input) => {
      await removeConnector(wordOf(input, "name"), surroundings);
      show();
    },
    "connectors-order": async ({ names }) => {
      if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) throw new PageError("the names cannot be read");
      await orderConnectors(names, surroundings);
      show();
    },
  };
}

/** What is wrong with settings and models is said to whoever clicked. */
function explained(action: PageAction): PageAction {
  return async (input) => {
    try {
      return await action(input);
    } catch (error) {
      throw error instanceof Error ? new PageError(error.message.split("\n")[0] ?? "") : error;
    }
  };
}

function wordOf(input: Input, name: string): string {
  const word = optionalWord(input, name);
  if (word === undefined) throw new PageError(`${name} is missing`);
  return word;
}

function optionalWord(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

function keyOf(input: Input): string | undefined {
  const variable = optionalWord(input, "keyVariable");
  return variable === undefined ? undefined : `env:${variable}`;
}
