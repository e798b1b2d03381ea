import type { Command } from "./command.ts";

/** Finds commands by descriptor block. */
export class CommandTable<Execution> {
  /** In order of opcode and service action. */
  readonly all: readonly Command<Execution>[];
  readonly #byOpcode = new Array<Command<Execution> | undefined>(256).fill(undefined);
  /** For opcodes that several commands share. */
  readonly #byServiceAction = new Array<(Command<Execution> | undefined)[] | undefined>(256).fill(undefined);

  constructor(commands: readonly Command<Execution>[]) {
    this.all = [...commands].sort((a, b) => a.opcode - b.opcode || (a.serviceAction ?? 0) - (b.serviceAction ?? 0));
    for (const command of this.all) {
      const { opcode, serviceAction } = command;
      if (serviceAction === undefined) {
        this.#byOpcode[opcode] = command;
      } else {
        const shared = this.#byServiceAction[opcode] ?? new Array<Command<Execution> | undefined>(32).fill(undefined);
        shared[serviceAction] = command;
        this.#byServiceAction[opcode] = shared;
      }
    }
  }

  /** The command of `cdb`, or undefined when there is none. */
  find(cdb: Uint8Array): Command<Execution> | undefined {
    return this.get(cdb[0]!, cdb[1]! & 0x1f);
  }

  /** The command of an opcode and, where that has them, service action. */
  get(opcode: number, serviceAction: number): Command<Execution> | undefined {
    return this.#byOpcode[opcode] ?? this.#byServiceAction[opcode]?.[serviceAction];
  }

  /** Whether an opcode exists, with or without service actions. */
  knowsOpcode(opcode: number): boolean {
    return this.#byOpcode[opcode] !== undefined || this.hasServiceActions(opcode);
  }

  hasServiceActions(opcode: number): boolean {
    return this.#byServiceAction[opcode] !== undefined;
  }
}
