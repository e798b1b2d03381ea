import { parseByteSize, UsageError } from "kit/cli";

/** What dd(1) takes as `name=value`; each may also be a flag of the command. */
export interface DdOperands {
  readonly if?: string;
  readonly of?: string;
  readonly bs?: number;
  readonly count?: number;
  readonly skip?: number;
  readonly seek?: number;
  readonly conv: readonly Conversion[];
}

const conversions = ["fsync", "sparse", "notrunc"] as const;
export type Conversion = (typeof conversions)[number];

const names = ["if", "of", "bs", "count", "skip", "seek", "conv"] as const;
type Name = (typeof names)[number];

/** Reads the operands of a command line. Throws a UsageError that quotes the one it does not know. */
export function parseOperands(operands: readonly string[]): DdOperands {
  const given = new Map<Name, string>();
  for (const operand of operands) {
    const equals = operand.indexOf("=");
    const name = names.find((known) => known === operand.slice(0, equals));
    if (equals < 0 || name === undefined) {
      throw new UsageError(`"${operand}" is not understood`, { nextStep: `operands are ${names.map((known) => `${known}=…`).join(", ")}` });
    }
    if (given.has(name)) throw new UsageError(`${name}= is given twice`);
    given.set(name, operand.slice(equals + 1));
  }
  const number = (name: "count" | "skip" | "seek"): object => {
    const text = given.get(name);
    return text === undefined ? {} : { [name]: parseCount(text) };
  };
  const input = given.get("if");
  const output = given.get("of");
  const blockSize = given.get("bs");
  return {
    ...(input !== undefined && { if: input }),
    ...(output !== undefined && { of: output }),
    ...(blockSize !== undefined && { bs: parseByteSize(blockSize) }),
    ...number("count"),
    ...number("skip"),
    ...number("seek"),
    conv: parseConversions(given.get("conv")),
  };
}

/** A number of blocks. */
export function parseCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(count)) throw new UsageError(`"${text}" is not a number of blocks`);
  return count;
}

function parseConversions(text: string | undefined): readonly Conversion[] {
  if (text === undefined) return [];
  return text.split(",").map((word) => {
    const conversion = conversions.find((known) => known === word);
    if (conversion === undefined) throw new UsageError(`conv=${word} is not possible`, { nextStep: `it takes ${conversions.join(", ")}` });
    return conversion;
  });
}
