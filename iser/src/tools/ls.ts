import { buildCommand } from "@stricli/core";
import { type Column, formatBytes, formatTable, sentenceOf, UserError } from "kit/cli";
import { BlockError } from "#block";
import {
  type Credentials,
  credentialsOf,
  defaultInitiatorName,
  discover,
  type IscsiUrl,
  openSession,
  parseIscsiUrl,
  refusesCredentials,
  transportOf,
} from "#initiator";
import { type DiscoveredTarget, formatPortal } from "#iscsi";
import { DeviceType, type InitiatorPort, LogicalUnit, type Lun, ScsiDisk, scanLuns } from "#scsi";
import { openWithChapVariables, withChapVariables } from "./chap-variables.ts";
import type { ProgramContext } from "./context.ts";
import { openOptionsFor, traced, traceFlag } from "./trace/traced.ts";

interface LsFlags {
  readonly luns: boolean;
  readonly trace?: string;
  readonly json: boolean;
}

interface ListedUnit {
  readonly lun: Lun;
  readonly type: string;
  /** Capacity in bytes; absent for what is no disk. */
  readonly size: number | undefined;
  readonly blockSize: number | undefined;
  /** Vendor, product and serial number. */
  readonly name: string;
}

interface ListedTarget {
  readonly target: string;
  readonly portals: readonly string[];
  /** Absent when not asked for. */
  readonly luns?: readonly ListedUnit[];
  /** Why the LUNs could not be had. */
  readonly failure?: string;
}

export const lsCommand = buildCommand<LsFlags, [IscsiUrl], ProgramContext>({
  docs: {
    brief: "List the targets of a portal, and their disks",
    fullDescription: [
      "Asks a portal for its targets (SendTargets), or one target for its logical units.",
      "",
      "Examples:",
      "  iser ls iscsi://192.0.2.1",
      "  iser ls --luns iscsi://user%secret@192.0.2.1:3261",
      "  iser ls iscsi://192.0.2.1/iqn.2026-11.example:disk",
    ].join("\n"),
  },
  parameters: {
    flags: {
      luns: {
        kind: "boolean",
        default: false,
        brief: "Log in to every target and list its logical units with their sizes",
        withNegated: false,
      },
      json: { kind: "boolean", default: false, brief: "Print JSON", withNegated: false },
      trace: traceFlag,
    },
    aliases: { s: "luns" },
    positional: {
      kind: "tuple",
      parameters: [{ parse: parseIscsiUrl, placeholder: "URL", brief: "iscsi://[user[%password]@]host[:port][/target]" }],
    },
  },
  async func(flags, url) {
    await traced(flags.trace, this, (context) => list(url, flags, context));
  },
});

async function list(url: IscsiUrl, flags: LsFlags, context: ProgramContext): Promise<void> {
  const targets =
    url.target === undefined
      ? await targetsOf(url, flags.luns, context)
      : [await listUnits(url, { name: url.target, portals: [] }, context)];
  context.stdout.write(flags.json ? `${JSON.stringify({ targets }, undefined, 2)}\n` : formatTargets(targets));
  const failed = targets.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0) throw new UserError(`${failed.length} of ${targets.length} targets could not be asked for their logical units`);
}

async function targetsOf(url: IscsiUrl, withUnits: boolean, context: ProgramContext): Promise<readonly ListedTarget[]> {
  const { clock, random, stopped } = context;
  const { transport = transportOf(url, clock) } = openOptionsFor(url, context);
  const portal = { host: url.host, port: url.port };
  const initiatorName = url.initiator ?? defaultInitiatorName();
  const ask = (credentials: Credentials | undefined) => discover({ portal, initiatorName, credentials }, { transport, random }, stopped);
  const found = await askWithChapVariables(url, context, ask);
  const listed: ListedTarget[] = [];
  for (const target of found) listed.push(withUnits ? await listUnits(url, target, context) : describe(url, target));
  return listed;
}

/** What targets are to prove by the environment, portals need not: each target is asked for it when its turn comes. A URL that has the portal prove itself means it. */
async function askWithChapVariables<T>(
  url: IscsiUrl,
  { env }: ProgramContext,
  ask: (credentials: Credentials | undefined) => Promise<T>,
): Promise<T> {
  const credentials = credentialsOf(withChapVariables(url, env));
  try {
    return await ask(credentials);
  } catch (refusal) {
    if (credentials?.mutual === undefined || url.targetUser !== undefined || !refusesCredentials(refusal)) throw refusal;
    return ask({ user: credentials.user, secret: credentials.secret });
  }
}

function describe(url: IscsiUrl, { name, portals }: DiscoveredTarget): ListedTarget {
  const asked = formatPortal({ host: url.host, port: url.port, groupTag: undefined });
  return { target: name, portals: portals.length === 0 ? [asked] : portals.map(formatPortal) };
}

/** Logs in where the question was asked, if the target is there too, else at the first of its portals. */
async function listUnits(url: IscsiUrl, target: DiscoveredTarget, context: ProgramContext): Promise<ListedTarget> {
  const { clock, stopped } = context;
  const { portals } = target;
  const here = portals.length === 0 || portals.some(({ host, port }) => host === url.host && port === url.port);
  const { host, port } = here ? url : (portals[0] ?? url);
  const listed = describe(url, target);
  try {
    const there = { ...url, host, port, target: target.name, lun: undefined };
    const session = await openWithChapVariables(there, context.env, (place) => openSession(place, openOptionsFor(place, context)));
    try {
      const scsi = session.persistent.session;
      const luns: ListedUnit[] = [];
      for (const lun of await scanLuns(scsi, { clock, signal: stopped })) luns.push(await describeUnit(scsi, lun, context));
      return { ...listed, luns };
    } finally {
      await session.close();
    }
  } catch (error) {
    stopped.throwIfAborted();
    return { ...listed, failure: sentenceOf(error) };
  }
}

async function describeUnit(port: InitiatorPort, lun: Lun, { clock, stopped }: ProgramContext): Promise<ListedUnit> {
  const inquiry = await new LogicalUnit(port, lun, { clock, signal: stopped }).inquiry();
  const other = {
    lun,
    type: typeName(inquiry.deviceType),
    size: undefined,
    blockSize: undefined,
    name: `${inquiry.vendor} ${inquiry.product}`,
  };
  if (inquiry.deviceType !== DeviceType.disk) return other;
  try {
    const disk = await ScsiDisk.open(port, lun, { clock }, stopped);
    const { vendor, product, serial } = disk.identity;
    const { size, blockSize } = disk.geometry;
    return { ...other, size, blockSize, name: [vendor, product, serial].filter(Boolean).join(" ") };
  } catch (error) {
    if (!(error instanceof BlockError)) throw error;
    return { ...other, name: `${other.name} (${error.message})` };
  }
}

function typeName(deviceType: number): string {
  const name = Object.entries(DeviceType).find(([, code]) => code === deviceType)?.[0];
  return name ?? `type 0x${deviceType.toString(16).padStart(2, "0")}`;
}

const targetColumns: readonly Column[] = [{ title: "Target" }, { title: "Portals" }];
const unitColumns: readonly Column[] = [
  { title: "LUN", align: "right" },
  { title: "Size", align: "right" },
  { title: "Block", align: "right" },
  { title: "Type" },
  { title: "Name" },
];

function formatTargets(targets: readonly ListedTarget[]): string {
  if (targets.length === 0) return "The portal has no targets for us.\n";
  if (targets.every(({ luns, failure }) => luns === undefined && failure === undefined)) {
    return formatTable(
      targetColumns,
      targets.map(({ target, portals }) => [target, portals.join(" ")]),
    );
  }
  return targets.map((target) => `${target.target}  ${target.portals.join(" ")}\n${formatUnits(target)}`).join("\n");
}

function formatUnits({ luns, failure }: ListedTarget): string {
  if (luns === undefined) return `  ${failure}\n`;
  const rows = luns.map(({ lun, size, blockSize, type, name }) => [
    String(lun),
    size === undefined ? "-" : formatBytes(size),
    blockSize === undefined ? "-" : String(blockSize),
    type,
    name,
  ]);
  return formatTable(unitColumns, rows).replace(/^(?=.)/gm, "  ");
}
