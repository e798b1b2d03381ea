/** What was measured on which processor: ratios depend on it, so each keeps its last measurement in docs/benchmark.json until it is measured again. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";

/**
 * @typedef {object} Measurement
 * @property {string} processor as the kernel calls it
 * @property {string} machine in words
 * @property {string} day
 * @property {number} rounds
 * @property {number} seconds
 * @property {readonly import("./report.mjs").Row[]} rows
 * @property {readonly string[]} growth Markdown, a piece for each table
 */

/**
 * @param {{ rounds: number, seconds: number }} options
 * @param {readonly import("./report.mjs").Row[]} rows
 * @param {readonly string[]} growth
 * @returns {Measurement}
 */
export function measuredHere({ rounds, seconds }, rows, growth) {
  const processor = (cpus()[0]?.model ?? "unknown").replace(/\(R\)|\(TM\)|Processor/g, "").trim();
  const machine = `${cpus().length} × ${processor}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}`;
  return { processor, machine, day: new Date().toISOString().slice(0, 10), rounds, seconds, rows, growth };
}

/**
 * Puts a measurement in the place of the last one on such a processor.
 *
 * @param {string} file
 * @param {Measurement} measurement
 * @returns {readonly Measurement[]} the last one of each processor, newest first
 */
export function remember(file, measurement) {
  /** @type {readonly Measurement[]} */
  const before = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
  const all = [measurement, ...before.filter(({ processor }) => processor !== measurement.processor)];
  writeFileSync(file, `${JSON.stringify(all, undefined, 1)}\n`);
  return all;
}
