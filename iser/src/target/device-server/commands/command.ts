import type { CommandRules, Exclusion, Command as GenericCommand, Step as GenericStep, MediumUse } from "../command.ts";
import type { Execution } from "../execution.ts";
import type { PortAccess } from "../port-groups.ts";

export type Command = GenericCommand<Execution>;
export type Step = GenericStep<Execution>;

/** What a command file says; the rest is what most commands have. */
export interface CommandFacts {
  readonly opcode: number;
  readonly serviceAction?: number;
  readonly name: string;
  /** Hexadecimal, a byte each from CDB byte 1 on: "fa ffffffff 3f ffff 00". */
  readonly usage: string;
  readonly medium: MediumUse;
  readonly exclusion?: Exclusion;
  readonly reservation: CommandRules["reservation"];
  readonly passesReserve6?: CommandRules["passesReserve6"];
  readonly alwaysAnswered?: boolean;
  readonly access?: PortAccess;
  readonly decode?: NonNullable<CommandRules["decode"]>;
  readonly dataOutLength?: NonNullable<Command["dataOutLength"]>;
  readonly supported?: NonNullable<Command["supported"]>;
  readonly timeoutSeconds?: number;
  readonly run: Step;
}

const usualTimeoutSeconds = 30;

/** A command from its facts. */
export function command(facts: CommandFacts): Command {
  const usage = Uint8Array.from(Buffer.from(`00${facts.usage.replaceAll(" ", "")}`, "hex"));
  usage[0] = facts.opcode;
  if (facts.serviceAction !== undefined) usage[1] = (usage[1]! & 0xe0) | facts.serviceAction;
  const { exclusion = "none", passesReserve6 = false, alwaysAnswered = false, timeoutSeconds = usualTimeoutSeconds } = facts;
  const { access = alwaysAnswered ? "always" : "active" } = facts;
  return { ...facts, usage, exclusion, passesReserve6, alwaysAnswered, access, timeoutSeconds };
}
