import { buildCommand } from "@stricli/core";
import { UserError } from "kit/cli";
import type { IscsiUrl } from "#initiator";
import {
  accessStateNames,
  additionalSenseName,
  buildPortGroupChanges,
  encodeReportTargetPortGroups,
  encodeSetTargetPortGroups,
  type LogicalUnit,
  type PortGroupChange,
  parseTargetPortGroups,
  type TargetPortGroup,
} from "#scsi";
import type { ProgramContext } from "./context.ts";
import { logicalUnitArgument, withLogicalUnit } from "./logical-unit-url.ts";
import { parsePortGroupState, settableStates } from "./port-group-state.ts";
import { traced, traceFlag } from "./trace/traced.ts";

interface AluaFlags {
  readonly set?: readonly PortGroupChange[];
  readonly json: boolean;
  readonly trace?: string;
}

/** `iser alua`: asymmetric access as a target tells it, and SET TARGET PORT GROUPS. */
export const aluaCommand = buildCommand<AluaFlags, [IscsiUrl], ProgramContext>({
  docs: {
    brief: "Show how good the ports to a disk are, and change it",
    fullDescription: [
      "Prints the target port groups of a disk, with the ports in each and its state of asymmetric access (ALUA). With --set, tells the target to change states before.",
      "Any port of the target will do to ask at, whatever its state.",
      "",
      `States that a group can be given are ${settableStates}. Not every target takes orders.`,
      "",
      "Examples:",
      "  iser alua iscsi://192.0.2.1/iqn.2026-11.example:disk/0",
      "  iser alua iscsi://192.0.2.1/iqn.2026-11.example:disk/0 --set 1=standby --set 2=active/optimized",
    ].join("\n"),
  },
  parameters: {
    flags: {
      set: {
        kind: "parsed",
        parse: parsePortGroupState,
        variadic: true,
        optional: true,
        brief: "Give a group another state",
        placeholder: "GROUP=STATE",
      },
      json: { kind: "boolean", default: false, brief: "Print JSON", withNegated: false },
      trace: traceFlag,
    },
    positional: logicalUnitArgument,
  },
  async func(flags, url) {
    await traced(flags.trace, this, (context) => showGroups(url, flags, context));
  },
});

async function showGroups(url: IscsiUrl, { set = [], json }: AluaFlags, context: ProgramContext): Promise<void> {
  await withLogicalUnit(url, context, async (unit) => {
    if (set.length > 0) await change(unit, set);
    const groups = await groupsOf(unit);
    context.stdout.write(
      json ? `${JSON.stringify({ groups: groups.map(record) }, null, 2)}\n` : groups.map((group) => `${line(group)}\n`).join(""),
    );
  });
}

async function change(unit: LogicalUnit, changes: readonly PortGroupChange[]): Promise<void> {
  const list = buildPortGroupChanges(changes);
  const answer = await unit.tell((cdb) => encodeSetTargetPortGroups(cdb, { parameterListLength: list.length }), list);
  if (answer.kind === "refused") {
    throw new UserError(
      `the target refuses these states: ${answer.sense === undefined ? "no reason" : additionalSenseName(answer.sense.code)}`,
      {
        nextStep: "iser alua without --set shows the groups there are and the states they can have",
      },
    );
  }
}

/** Room for the groups of any target there is. */
const groupsLength = 4096;

async function groupsOf(unit: LogicalUnit): Promise<readonly TargetPortGroup[]> {
  const answer = await unit.ask(
    (cdb) => encodeReportTargetPortGroups(cdb, { extendedHeader: false, allocationLength: groupsLength }),
    groupsLength,
  );
  if (answer.kind === "data") return parseTargetPortGroups(answer.data);
  throw new UserError("the target knows no asymmetric access: all of its ports are alike");
}

function line({ group, state, preferred, relativeTargetPorts, supportedStates }: TargetPortGroup): string {
  const marks = preferred ? ", preferred" : "";
  return `group ${group}: ${nameOf(state)}${marks} (ports ${relativeTargetPorts.join(" ")}; can be ${namesOf(supportedStates).join(", ")})`;
}

function record({ group, state, preferred, relativeTargetPorts, supportedStates }: TargetPortGroup): object {
  return { group, state: nameOf(state), preferred, ports: relativeTargetPorts, supported: namesOf(supportedStates) };
}

function nameOf(state: number): string {
  return accessStateNames.get(state) ?? `state ${state}`;
}

/** The states whose bits are set: each has the bit of its number, and the last two the seventh and the eighth. */
function namesOf(supported: number): readonly string[] {
  return [...accessStateNames].filter(([state]) => (supported & (1 << (state > 7 ? state - 8 : state))) !== 0).map(([, name]) => name);
}
