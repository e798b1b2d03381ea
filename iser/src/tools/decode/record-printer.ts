import { hexDump } from "#bytes";
import { type Connection, textOf } from "./connection.ts";
import type { DecodedRecord, Fields, FieldValue, Layer } from "./decoded-record.ts";

/** Bytes of a layer that are shown. */
const shownBytes = 512;

/**
 * Records as text. One line for each: time since the first, connection, direction, what it says.
 *
 *     0.001204  1 >  Send MSN 3 94 bytes  R 0x00000100  SCSI Command READ (10) R4096 ITT 0x00010000 …
 */
export class RecordPrinter {
  readonly #isVerbose: boolean;
  readonly #introduced = new Set<Connection>();
  #firstUs: number | undefined = undefined;

  constructor(isVerbose: boolean) {
    this.#isVerbose = isVerbose;
  }

  text(connection: Connection, record: DecodedRecord): string {
    this.#firstUs ??= record.timeUs;
    const seconds = ((record.timeUs - this.#firstUs) / 1e6).toFixed(6).padStart(10);
    const words = record.layers.map(({ title }) => title).filter((title) => title !== "");
    if (record.problem !== undefined) words.push(`!! ${record.problem}`);
    const line = `${seconds}  ${connection.number} ${record.fromInitiator ? ">" : "<"}  ${printable(words.join("  "))}\n`;
    return `${this.#introduction(connection)}${line}${this.#isVerbose ? record.layers.map(formatLayer).join("") : ""}`;
  }

  /** Who talks, before the first of a connection's lines. */
  #introduction(connection: Connection): string {
    if (this.#introduced.has(connection)) return "";
    this.#introduced.add(connection);
    const name = connection.protocol === "iwarp" ? "iSER over iWARP" : "iSCSI over TCP";
    const beginning = connection.isCut ? "; how it began is not in this file" : "";
    return `# connection ${connection.number}: ${textOf(connection.initiator)} > ${textOf(connection.target)}, ${name}${beginning}\n`;
  }
}

/** A record as one line of JSON. */
export function jsonLine(connection: Connection, { frame, timeUs, fromInitiator, layers, problem }: DecodedRecord): string {
  const [source, destination] = fromInitiator ? [connection.initiator, connection.target] : [connection.target, connection.initiator];
  const value: Record<string, unknown> = {
    frame,
    time: timeUs / 1e6,
    connection: connection.number,
    transport: connection.protocol === "iwarp" ? "iser" : "tcp",
    from: fromInitiator ? "initiator" : "target",
    source: textOf(source),
    destination: textOf(destination),
  };
  for (const { name, fields } of layers) value[name.toLowerCase()] = fields;
  if (problem !== undefined) value.problem = problem;
  return `${JSON.stringify(value)}\n`;
}

function formatLayer({ name, fields, bytes }: Layer): string {
  const lines = [`      ${name}: ${printable(formatFields(fields))}\n`];
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value === "object") for (const item of value) lines.push(`        ${field}: ${printable(item)}\n`);
  }
  if (bytes !== undefined && bytes.length > 0) lines.push(`${hexDump(bytes, shownBytes).replace(/^/gm, "        ")}\n`);
  return lines.join("");
}

function formatFields(fields: Fields): string {
  return Object.entries(fields)
    .filter(([, value]) => typeof value !== "object")
    .map(([name, value]) => `${name}=${formatValue(value)}`)
    .join(" ");
}

function formatValue(value: FieldValue): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return String(value);
}

/** What was sent may hold anything, and a terminal obeys some of it. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ".");
}
