import { defineConfig } from "vitest/config";

const resolve = { conditions: ["source", "node", "import", "default"] };

/** Packages that ship their sources under the condition "source" too: Node would be handed TypeScript, so they are transformed as ours are. */
const inline = [/node_modules\/(eventsource-parser|ai|@ai-sdk|@openrouter|ollama-ai-provider-v2)\//];

/** One project per workspace; tests run the sources, not what was built from them. Foreign programs are vitest.interop.config.ts's, a foreign kernel is vitest.lab.config.ts's. */
const workspaces = ["kit", "lrc", "iser"].map((name) => ({
  resolve,
  ssr: { resolve },
  test: {
    name,
    root: name,
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["test/interop/**", "test/lab/**"],
    testTimeout: 20_000,
    passWithNoTests: true,
    server: { deps: { inline } },
    ...(name === "lrc" ? { globalSetup: ["test/harness/program-under-test.ts"] } : {}),
  },
}));

/** What is true of the repository as a whole: the built programs, the tour, what the README says. */
const repository = { test: { name: "repository", include: ["tools/test/**/*.test.mjs"], testTimeout: 120_000 } };

// Much of a test is waiting for a process, so a core that is kept free for the runner, as vitest does unasked, is a core that does nothing.
export default defineConfig({ test: { maxWorkers: "100%", projects: [...workspaces, repository] } });
