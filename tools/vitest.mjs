/** Runs vitest for `npm test` and `npm run test:interop`, and says at the end in one line what came of it. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./programs.mjs";
import { writeResults } from "./results.mjs";

/**
 * @param {{ name: string, config: string, filters: string[] }} run
 * @returns {number} the exit code
 */
export function runVitest({ name, config, filters }) {
  const report = join(root, ".cache", `vitest-${name}.json`);
  rmSync(report, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules", "vitest", "vitest.mjs"),
      "run",
      `--config=${config}`,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...filters,
    ],
    { cwd: root, stdio: ["ignore", "inherit", "inherit"] },
  );
  const counts = countsFrom(report);
  // An error between tests (a rejection nobody caught, a file that does not load) fails the run without failing a test.
  if (status !== 0 && counts.failed === 0) {
    counts.failed = 1;
    counts.failures.push("an error outside the tests: it is printed above");
  }
  writeResults(name, counts);
  process.stdout.write(
    `\n${name}: ${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}\n`,
  );
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

/**
 * @param {string} report
 * @returns {{ passed: number, failed: number, skipped: number, failures: string[] }}
 */
function countsFrom(report) {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, failures: ["it ended without a report"] };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  /** @type {{ name: string, status: string, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }[]} */
  const files = testResults;
  const failures = files.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed");
    const path = relative(root, name);
    if (failed.length === 0) return status === "failed" ? [`${path}: ${firstLine(message)}`] : [];
    return failed.map(({ fullName, failureMessages }) => `${path}: ${fullName}: ${firstLine(failureMessages[0] ?? "")}`);
  });
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests, failures };
}

/** @param {string} text */
function firstLine(text) {
  return text.split("\n", 1)[0] ?? "";
}
