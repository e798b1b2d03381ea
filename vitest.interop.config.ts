import { defineConfig } from "vitest/config";

const resolve = { conditions: ["source", "node", "import", "default"] };

/** Our programs against foreign ones, as processes. One file at a time: they share two cores with the servers they measure themselves against. */
export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    name: "interop",
    // See vitest.config.ts.
    server: { deps: { inline: [/node_modules\/(eventsource-parser|ai|@ai-sdk|@openrouter|ollama-ai-provider-v2)\//] } },
    include: ["{iser,lrc}/test/interop/**/*.test.ts"],
    fileParallelism: false,
    globalSetup: ["lrc/test/harness/program-under-test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
