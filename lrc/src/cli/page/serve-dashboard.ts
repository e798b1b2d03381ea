import { join } from "node:path";
import type { Repository } from "#git";
import { apply, describeStep } from "#hooks";
import { LivePage, type PageAction, PageError, servePage } from "#web";
import type { Surroundings } from "../context.ts";
import { addConnector, orderConnectors, removeConnector, testConnector } from "../models/index.ts";
import { connectorsOf, dashboardOf, hooksPlan } from "./dashboard-state.ts";
import { openBrowser } from "./open-browser.ts";
import { hasDisplay } from "./wanted.ts";

type Input = Readonly<Record<string, unknown>>;

/** Shows the dashboard until its last tab is closed. */
export async function serveDashboard(repository: Repository, surroundings: Surroundings): Promise<void> {
  const { clock, random, stderr, stopped, env, program } = surroundings;
  const page = new LivePage(await dashboardOf(repository, surroundings));
  let leave: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  stopped.addEventListener("abort", leave, { once: true });
  const showConnectors = (): void => page.update({ connectors: connectorsOf(surroundings) });
  const actions: Readonly<Record<string, PageAction>> = {
    "connectors-add": async (input) => {
      await addConnector(
        {
          name: wordOf(input, "provider"),
          provider: wordOf(input, "provider"),
          model: optionalWord(input, "model"),
          baseUrl: optionalWord(input, "baseUrl"),
          key: keyOf(input),
          secret: undefined,
          first: false,
        },
        surroundings,
      );
      showConnectors();
    },
    "connectors-test": async (input) => {
      await testConnector(wordOf(input, "name"), surroundings, stopped);
    },
    "connectors-remove": async (input) => {
      await removeConnector(wordOf(input, "name"), surroundings);
      showConnectors();
    },
    "connectors-order": ({ names }) => {
      if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) throw new PageError("the names cannot be read");
      orderConnectors(names, surroundings);
      showConnectors();
    },
    "fix-hooks": async ({ plan }) => {
      const steps = hooksPlan(repository, surroundings);
      // What is done is what was shown, or nothing.
      if (JSON.stringify(plan) !== JSON.stringify(steps.map(describeStep))) throw new PageError("something has changed since; look again");
      await apply({ steps, notes: [] }, repository.git);
      page.update({ hooks: (await dashboardOf(repository, surroundings)).hooks });
    },
  };
  const server = await servePage({
    page,
    actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, explained(action)])),
    assets: join(program.script, "..", "..", "page"),
    clock,
    random,
    onLeft: leave,
  });
  stderr.write(`lrc: ${server.url}\n`);
  const forget = hasDisplay(env) ? await openBrowser(server.url, env) : () => undefined;
  await left;
  forget();
  await server.close();
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
