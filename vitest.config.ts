import { defineConfig } from "vitest/config";

const resolve = { conditions: ["source", "node", "import", "default"] };

/** One project per workspace; tests run the sources, not what was built from them. */
export default defineConfig({
  test: {
    projects: ["kit", "lrc", "iser"].map((name) => ({
      resolve,
      ssr: { resolve },
      test: { name, root: name, include: ["src/**/*.test.ts", "test/**/*.test.ts"], testTimeout: 20_000, passWithNoTests: true },
    })),
  },
});
