import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Packages that ship their sources under the condition "source" too: Node would be handed TypeScript, so they are transformed as ours are. */
const inline = [/node_modules\/(eventsource-parser|ai|@ai-sdk|@openrouter|ollama-ai-provider-v2)\//];
const shipped = [
  ...["ai", "@openrouter/ai-sdk-provider", "ollama-ai-provider-v2", "eventsource-parser", "eventsource-parser/stream"],
  ...["anthropic", "deepseek", "gateway", "google", "openai", "openai-compatible", "provider", "provider-utils"].map(
    (name) => `@ai-sdk/${name}`,
  ),
];

/** Our own packages are their sources; those are what they were built to: one file instead of hundreds. */
const resolve = {
  conditions: ["source", "node", "import", "default"],
  alias: shipped.map((name) => ({ find: new RegExp(`^${name}$`), replacement: fileURLToPath(import.meta.resolve(name)) })),
};

/** One project per workspace; tests run the sources, not what was built from them. Foreign programs are vitest.interop.config.ts's, a foreign kernel is vitest.lab.config.ts's. */
const workspaces = ["kit", "lrc", "iser"].map((name) => ({
  resolve,
  ssr: { resolve: { conditions: resolve.conditions } },
  test: {
    name,
    root: name,
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["test/interop/**", "test/lab/**"],
    // Files share the modules that were loaded before them: loading them anew for each was half of the processor time of iser's. Nothing is mocked by module.
    isolate: false,
    testTimeout: 20_000,
    // What is prepared for tests starts the same programs as they do.
    hookTimeout: 20_000,
    passWithNoTests: true,
    server: { deps: { inline } },
    ...(name === "lrc" ? { globalSetup: [fileURLToPath(new URL("lrc/test/harness/program-under-test.ts", import.meta.url))] } : {}),
  },
}));

/** What is true of the repository as a whole: the built programs, the tour, what the README says. */
const repository = { test: { name: "repository", include: ["tools/test/**/*.test.mjs"], testTimeout: 120_000, hookTimeout: 120_000 } };

// Much of a test is waiting for a process, so a core that is kept free for the runner, as vitest does unasked, is a core that does nothing.
export default defineConfig({ test: { maxWorkers: "100%", projects: [...workspaces, repository] } });
