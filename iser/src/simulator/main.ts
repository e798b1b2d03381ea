import { type SimulatedTransport, type SimulationReport, simulate } from "./simulation.ts";

/** What `npm run simulate` was asked for. */
export interface SimulationRun {
  /** The first seed; the others follow it. */
  readonly seed: number;
  /** How many seeds, each on each transport. */
  readonly histories: number;
  readonly transports: readonly SimulatedTransport[];
  /** Prints what happens. */
  readonly trace: boolean;
}

/** How many histories passed and failed. */
export interface SimulationTally {
  readonly passed: number;
  readonly failed: number;
}

/** Runs histories and prints what came of them; for each that failed, what was wrong and the line that repeats it. */
export async function runSimulations(
  { seed: first, histories, transports, trace }: SimulationRun,
  write: (line: string) => void,
): Promise<SimulationTally> {
  const sum = { passed: 0, failed: 0, requests: 0, connections: 0, powerFailures: 0, flushesFailed: 0, tookMs: 0 };
  for (let seed = first; seed < first + histories; seed++) {
    for (const transport of transports) {
      const report = await simulate({ seed, transport, ...(trace && { trace: write }) });
      if (report.violations.length === 0) sum.passed++;
      else {
        sum.failed++;
        tell(seed, transport, report, write);
      }
      for (const what of ["requests", "connections", "powerFailures", "flushesFailed", "tookMs"] as const) sum[what] += report[what];
    }
  }
  write(
    `${sum.passed + sum.failed} histories from seed ${first} on (${transports.join(", ")}): ${sum.requests} requests, ${sum.connections} connections, ${sum.powerFailures} power failures, ` +
      `${sum.flushesFailed} requests that failed as they should, ${Math.round(sum.tookMs / 60_000)} minutes of simulated time`,
  );
  return { passed: sum.passed, failed: sum.failed };
}

function tell(seed: number, transport: SimulatedTransport, { violations }: SimulationReport, write: (line: string) => void): void {
  write(`seed ${seed} over ${transport}:`);
  for (const violation of violations) write(`  ${violation}`);
  write(`  again, with everything that happened: npm run simulate -- --seed ${seed} --transport ${transport} --trace`);
}
