import { defineConfig } from "vitest/config";

const resolve = { conditions: ["source", "node", "import", "default"] };

/** Our programs against foreign ones, as processes. One file at a time: they share two cores with the servers they measure themselves against. */
export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    name: "interop",
    include: ["{iser,lrc}/test/interop/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
