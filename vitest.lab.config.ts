import { defineConfig } from "vitest/config";

const resolve = { conditions: ["source", "node", "import", "default"] };

/** Our iSER against Linux's, in a machine that is emulated. One file at a time: each boots a guest, and the emulator takes what cores there are. */
export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    name: "lab",
    include: ["iser/test/lab/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    // A target that one test has wedged takes no login of the others either: there is no need to wait for each of them.
    bail: 3,
    hookTimeout: 180_000,
  },
});
