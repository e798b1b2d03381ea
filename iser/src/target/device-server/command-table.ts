import type { Command } from "./command.ts";
import { commands } from "./commands/index.ts";

/** Opcodes whose commands differ by the SERVICE ACTION field. */
type Entry = Command | readonly (Command | undefined)[] | undefined;

/** Finds commands by descriptor block. */
export class CommandTable {
  /** In order of opcode and service action. */
  readonly all: readonly Command[] = [...commands].sort((a, b) => a.opcode - b.opcode || (a.serviceAction ?? 0) - (b.serviceAction ?? 0));
  readonly #byOpcode: readonly Entry[];

  constructor() {
    const table: (Command | (Command | undefined)[] | undefined)[] = new Array(256).fill(undefined);
    for (const command of this.all) {
      const { opcode, serviceAction } = command;
      if (serviceAction === undefined) {
        table[opcode] = command;
        continue;
      }
      const entry = table[opcode] ?? new Array<Command | undefined>(32).fill(undefined);
      if (Array.isArray(entry)) entry[serviceAction] = command;
      table[opcode] = entry;
    }
    this.#byOpcode = table;
  }

  /** The command of `cdb`, or undefined when there is none. */
  find(cdb: Uint8Array): Command | undefined {
    return this.get(cdb[0]!, cdb[1]! & 0x1f);
  }

  /** The command of an opcode and, where that has them, service action. */
  get(opcode: number, serviceAction: number): Command | undefined {
    const entry = this.#byOpcode[opcode];
    return entry !== undefined && "length" in entry ? entry[serviceAction] : entry;
  }

  /** Whether an opcode exists, with or without service actions. */
  knowsOpcode(opcode: number): boolean {
    return this.#byOpcode[opcode] !== undefined;
  }

  hasServiceActions(opcode: number): boolean {
    const entry = this.#byOpcode[opcode];
    return entry !== undefined && "length" in entry;
  }
}
