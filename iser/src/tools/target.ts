import { uptime } from "node:os";
import { buildCommand } from "@stricli/core";
import { UsageError, UserError } from "kit/cli";
import type { Duration } from "kit/clock";
import { formatIscsiUrl } from "#initiator";
import { defaultPort, formatPortal, PortalSyntaxError, parsePortal } from "#iscsi";
import type { PortGroupChange } from "#scsi";
import type { TcpAddress } from "#socket";
import {
  type PortGroupOptions,
  type Redirect,
  type RunningTarget,
  startTarget,
  type TargetEvent,
  type TargetLun,
  type TargetPlace,
  type TargetTransport,
} from "#target";
import type { ToolContext } from "./context.ts";
import { type OpenDevice, openDeviceSpec } from "./device-spec.ts";
import { watchFiles } from "./file-watch.ts";
import { parseListenAddress } from "./listen-address.ts";
import { parsePortalGroupTag, parsePortGroupState, settableStates } from "./port-group-state.ts";
import { targetAuthentication } from "./target-authentication.ts";
import { targetEventLine, targetEventRecord } from "./target-event-line.ts";
import { parseSerial, parseTargetLun, type TargetLunSpec, targetLunSyntax } from "./target-lun.ts";
import { parseCount, parseRate } from "./target-numbers.ts";
import { iserTargetTransport, tcpTargetTransport } from "./target-transport.ts";
import { unitSerial } from "./unit-serial.ts";
import { parseWait } from "./wait.ts";

interface TargetFlags {
  readonly listen?: readonly PortalFlag[];
  readonly iser?: readonly PortalFlag[];
  readonly access?: readonly PortGroupChange[];
  readonly target: string;
  readonly lun: readonly TargetLunSpec[];
  readonly alias?: string;
  readonly chap?: readonly string[];
  readonly mutual?: string;
  readonly discoveryChap?: readonly string[];
  readonly discoveryMutual?: string;
  readonly initiator?: readonly string[];
  readonly serial?: string;
  readonly removable: boolean;
  readonly sanitizeRate?: number;
  readonly redirect?: Redirect;
  readonly maxSessions?: number;
  readonly queueDepth?: number;
  readonly pingInterval?: Duration;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** Where to listen, and for which portal group. */
interface PortalFlag extends TcpAddress {
  readonly portalGroup?: number;
}

type ListeningPortal = RunningTarget["portals"][number];

/** A LUN that is open: what the target serves, and how to be done with it. */
interface OpenLun extends TargetLun {
  readonly device: OpenDevice["device"];
  readonly close: OpenDevice["close"];
}

/** Who may come in, and where. */
interface AccessRules {
  readonly portalGroups: readonly PortGroupOptions[];
  readonly authentication: ReturnType<typeof authentication>;
  readonly discoveryAuthentication: ReturnType<typeof authentication>;
}

const secretVariables = {
  chap: "ISER_TARGET_CHAP",
  mutual: "ISER_TARGET_MUTUAL",
  discoveryChap: "ISER_TARGET_DISCOVERY_CHAP",
  discoveryMutual: "ISER_TARGET_DISCOVERY_MUTUAL",
} as const;

/** `iser target`: serves block devices as the LUNs of one iSCSI target, until it is stopped. */
export const targetCommand = buildCommand<TargetFlags, [], ToolContext>({
  docs: {
    brief: "Serve files and memory over iSCSI and iSER",
    fullDescription: [
      "Serves block devices as the LUNs of one target, the first --lun as LUN 0, until it is stopped: at every --listen over iSCSI, at every",
      "--iser over iSER (software iWARP on TCP). When initiators can connect, one line with the URL of LUN 0 at each address is printed.",
      "",
      `A LUN is ${targetLunSyntax}.`,
      "Sizes take K, M, G and T, powers of 1024. Memory is taken as blocks are written. A file that gets another size while it is served is a disk of that",
      "size within a second, and initiators are told.",
      "",
      "Initiators know a disk by its serial number, and take two ways to one for two paths. A file has its own, also when the target is started again or several serve it;",
      "memory has that of the address where it is served. Give --serial where a disk is to be known by another name.",
      "",
      "Portals can be put into groups, each of which is a port of the target with a state of its own (asymmetric access, ALUA): what initiators with several paths go by. They can",
      "change the states, and iser alua does.",
      "",
      "Without --chap everybody who reaches the port can use the disks. Users and secrets can be given in the environment instead, each as",
      `USER:SECRET: ${Object.values(secretVariables).join(", ")}.`,
      "",
      "Examples:",
      "  iser target --listen 127.0.0.1:0 --target iqn.2026-11.example:disk --lun mem:1G",
      "  iser target --listen [::]:3260 --target iqn.2026-11.example:disk --lun disk.img --lun scratch.img,size=20G,bs=4096 --chap me:secret",
      "  iser target --listen 192.0.2.1:3260,1 --listen 192.0.2.1:3261,2 --access 2=standby --target iqn.2026-11.example:disk --lun disk.img",
      "  iser target --listen 0.0.0.0 --iser 0.0.0.0:3261 --target iqn.2026-11.example:disk --lun disk.img",
    ].join("\n"),
  },
  parameters: {
    flags: {
      listen: {
        kind: "parsed",
        parse: parsePortalFlag,
        variadic: true,
        optional: true,
        brief: `Address to listen on for iSCSI; port ${defaultPort} unless given, 0 picks a free one; portal group 1`,
        placeholder: "HOST:PORT[,GROUP]",
      },
      iser: {
        kind: "parsed",
        parse: parsePortalFlag,
        variadic: true,
        optional: true,
        brief: "The same for iSER; at least one of the two must be given",
        placeholder: "HOST:PORT[,GROUP]",
      },
      access: {
        kind: "parsed",
        parse: parsePortGroupState,
        variadic: true,
        optional: true,
        brief: `How good a portal group is for I/O at first: ${settableStates}`,
        placeholder: "GROUP=STATE",
      },
      target: { kind: "parsed", parse: parseIscsiName, brief: "Name of the target", placeholder: "IQN" },
      lun: { kind: "parsed", parse: parseTargetLun, variadic: true, brief: "What to serve as the next LUN", placeholder: "LUN" },
      alias: { kind: "parsed", parse: String, optional: true, brief: "What people may be shown instead of the name", placeholder: "TEXT" },
      chap: {
        kind: "parsed",
        parse: String,
        variadic: true,
        optional: true,
        brief: "Demand CHAP, and let this user in",
        placeholder: "USER:SECRET",
      },
      mutual: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Who the target proves to be when asked",
        placeholder: "USER:SECRET",
      },
      discoveryChap: {
        kind: "parsed",
        parse: String,
        variadic: true,
        optional: true,
        brief: "The same as --chap for discovery",
        placeholder: "USER:SECRET",
      },
      discoveryMutual: {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "The same as --mutual for discovery",
        placeholder: "USER:SECRET",
      },
      initiator: {
        kind: "parsed",
        parse: parseIscsiName,
        variadic: true,
        optional: true,
        brief: "Let no other initiators see the target",
        placeholder: "IQN",
      },
      serial: {
        kind: "parsed",
        parse: parseSerial,
        optional: true,
        brief: "Serial number of LUN 0; the others' get -1, -2 and so on behind it",
        placeholder: "TEXT",
      },
      removable: { kind: "boolean", default: false, brief: "Let media be ejected and loaded" },
      sanitizeRate: {
        kind: "parsed",
        parse: parseRate,
        optional: true,
        brief: "Bytes a second that SANITIZE gets through; as fast as can be unless given",
        placeholder: "SIZE",
      },
      redirect: {
        kind: "parsed",
        parse: parseRedirect,
        optional: true,
        brief: "Send initiators to another portal, with permanent: in front for good",
        placeholder: "HOST:PORT",
      },
      maxSessions: { kind: "parsed", parse: parseCount, optional: true, brief: "Sessions at once", placeholder: "N" },
      queueDepth: {
        kind: "parsed",
        parse: parseCount,
        optional: true,
        brief: "Commands that a session may have waiting",
        placeholder: "N",
      },
      pingInterval: {
        kind: "parsed",
        parse: parseWait,
        optional: true,
        brief: "Silence after which an initiator is pinged; 0 for never",
        placeholder: "TIME",
      },
      json: { kind: "boolean", default: false, brief: "Print the ready line, and events, as JSON" },
      verbose: { kind: "boolean", default: false, brief: "Say on stderr who comes and goes" },
    },
    aliases: { v: "verbose" },
  },
  async func(flags) {
    const [first, ...others] = placesOf(flags, this);
    const known = knownPlace(first);
    const places = [known.place, ...others];
    const rules = accessRulesOf(places, flags, this);
    const luns: OpenLun[] = [];
    try {
      for (const spec of flags.lun) luns.push(await openLun(spec, luns.length, flags, this, known.address));
      await serve(luns, places, rules, flags, this);
    } finally {
      for (const lun of luns) await lun.close();
    }
  },
});

/** What can be wrong about them is found before a disk is opened or made. */
function accessRulesOf(places: readonly TargetPlace[], flags: TargetFlags, context: ToolContext): AccessRules {
  return {
    portalGroups: portalGroupsOf(places, flags.access ?? []),
    authentication: authentication("chap", "mutual", flags, context),
    discoveryAuthentication: authentication("discoveryChap", "discoveryMutual", flags, context),
  };
}

/** Serves until the program is stopped. */
async function serve(
  luns: readonly OpenLun[],
  places: readonly TargetPlace[],
  rules: AccessRules,
  flags: TargetFlags,
  context: ToolContext,
): Promise<void> {
  const { alias, initiator, redirect, maxSessions, queueDepth, pingInterval } = flags;
  const running = await startTarget({
    listen: places,
    portalGroups: rules.portalGroups,
    clock: context.clock,
    random: context.random,
    targets: [
      {
        name: flags.target,
        luns,
        authentication: rules.authentication,
        ...(alias !== undefined && { alias }),
        ...(initiator !== undefined && { initiators: initiator }),
        ...(redirect !== undefined && { redirect }),
      },
    ],
    discoveryAuthentication: rules.discoveryAuthentication,
    limits: {
      ...(maxSessions !== undefined && { maxSessions }),
      ...(queueDepth !== undefined && { queueDepth }),
      ...(pingInterval !== undefined && { pingAfterMs: pingInterval }),
    },
    ...(flags.verbose && { onEvent: (event: TargetEvent) => context.stderr.write(`${eventText(event, flags.json)}\n`) }),
  });
  const unwatch = watchFiles(luns, context.clock, (lun, trouble) => context.stderr.write(`${troubleText(lun, trouble, flags.json)}\n`));
  try {
    context.stdout.write(`${readyLine(running.portals, flags.target, luns, flags.json)}\n`);
    await stop(context.stopped);
  } finally {
    unwatch();
    await running.close();
  }
}

/** Where to listen: the addresses of iSCSI come first, in the ready line too. */
function placesOf({ listen = [], iser = [] }: TargetFlags, { clock, trace }: ToolContext): readonly [TargetPlace, ...TargetPlace[]] {
  const traced = (transport: TargetTransport): TargetTransport => trace?.tapAccepted(transport) ?? transport;
  const tcp = traced(tcpTargetTransport(clock));
  const rdma = traced(iserTargetTransport(clock));
  const placed = (transport: TargetTransport) => {
    return ({ portalGroup, ...address }: PortalFlag): TargetPlace => ({
      address,
      transport,
      ...(portalGroup !== undefined && { portalGroup }),
    });
  };
  const places = [...listen.map(placed(tcp)), ...iser.map(placed(rdma))];
  const [first, ...others] = places;
  if (first === undefined) throw new UsageError("there is nowhere to listen", { nextStep: "give --listen or --iser, or both" });
  return [first, ...others];
}

/** The portal groups that there are, in the states that were asked for. */
function portalGroupsOf(places: readonly TargetPlace[], access: readonly PortGroupChange[]): readonly PortGroupOptions[] {
  const tags = new Set(places.map(({ portalGroup }) => portalGroup ?? 1));
  const unknown = access.find(({ group }) => !tags.has(group));
  if (unknown !== undefined) {
    throw new UsageError(`--access names portal group ${unknown.group}, which no address is in`, {
      nextStep: `write the group behind an address: --listen HOST:PORT,${unknown.group}`,
    });
  }
  const states = new Map(access.map(({ group, state }) => [group, state]));
  return [...tags].map((tag) => {
    const state = states.get(tag);
    return state === undefined ? { tag } : { tag, state };
  });
}

/** A place, and its address with the port that was picked, as soon as anybody can connect there. */
function knownPlace({ address, transport, ...rest }: TargetPlace): { readonly place: TargetPlace; address(): string } {
  let known = address;
  const listening: TargetTransport = {
    kind: transport.kind,
    listen: async (where, makeCore) => {
      const listener = await transport.listen(where, makeCore);
      known = listener.address;
      return listener;
    },
    makeDatamover: () => transport.makeDatamover(),
  };
  return { place: { ...rest, address, transport: listening }, address: () => `${known.host}:${known.port}` };
}

function authentication(
  chap: "chap" | "discoveryChap",
  mutual: "mutual" | "discoveryMutual",
  flags: TargetFlags,
  { env = {} }: ToolContext,
): ReturnType<typeof targetAuthentication> {
  const prefix = chap === "chap" ? "--" : "--discovery-";
  return targetAuthentication(
    env,
    { given: flags[chap], flag: `${prefix}chap`, variable: secretVariables[chap] },
    { given: flags[mutual], flag: `${prefix}mutual`, variable: secretVariables[mutual] },
  );
}

async function openLun(
  { device: spec, serial, removable }: TargetLunSpec,
  lun: number,
  flags: TargetFlags,
  context: ToolContext,
  servedAt: () => string,
): Promise<OpenLun> {
  const { clock } = context;
  const named = serial ?? (flags.serial === undefined ? undefined : parseSerial(lun === 0 ? flags.serial : `${flags.serial}-${lun}`));
  try {
    const { device, close } = await openDeviceSpec(spec, context);
    const { sanitizeRate, target } = flags;
    return {
      serial: named ?? (await unitSerial({ device }, { target, lun }, servedAt)),
      lun,
      device,
      close,
      removable: removable || flags.removable,
      // What this process wrote to a file, the machine keeps: its time counts.
      ...(spec.kind === "file" && { upTimeMs: () => uptime() * 1000 }),
      ...(sanitizeRate !== undefined && { sanitizePace: { bytesPerSecond: sanitizeRate, clock } }),
    };
  } catch (error) {
    throw new UserError(`cannot serve LUN ${lun}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

// -------------------------------------------------------------------------------------------------------------------------- output

function readyLine(portals: readonly ListeningPortal[], target: string, luns: readonly OpenLun[], json: boolean): string {
  if (!json) return `ready ${portals.map((portal) => urlOf(portal, target, 0)).join(" ")}`;
  return JSON.stringify({
    event: "ready",
    portals: portals.map(formatPortal),
    urls: portals.map((portal) => urlOf(portal, target, 0)),
    target,
    luns: luns.map(({ device: { geometry, features } }, lun) => ({
      lun,
      url: portals.slice(0, 1).map((portal) => urlOf(portal, target, lun))[0],
      size: geometry.size,
      blockSize: geometry.blockSize,
      readOnly: features.readOnly,
    })),
  });
}

/** An address that works on this machine, also when every address is listened on. */
function urlOf({ host, port, transport }: ListeningPortal, target: string, lun: number): string {
  const reachable = new Map([
    ["0.0.0.0", "127.0.0.1"],
    ["::", "::1"],
  ]);
  return formatIscsiUrl({ transport, host: reachable.get(host) ?? host, port, target, lun });
}

function troubleText(lun: number, trouble: string, json: boolean): string {
  return json ? JSON.stringify({ event: "trouble", lun, trouble }) : `iser target: LUN ${lun}: ${trouble}`;
}

function eventText(event: TargetEvent, json: boolean): string {
  return json ? JSON.stringify(targetEventRecord(event)) : targetEventLine(event);
}

// --------------------------------------------------------------------------------------------------------------------------- flags

const iscsiName = /^(iqn\.\d{4}-\d{2}\.[a-z0-9.-]+(:[^\s,/]+)?|eui\.[0-9a-f]{16}|naa\.([0-9a-f]{16}|[0-9a-f]{32}))$/i;
/** Bytes of an iSCSI name (RFC 7143, 4.2.7.2). */
const maxNameLength = 223;

function parseIscsiName(text: string): string {
  if (!iscsiName.test(text) || Buffer.byteLength(text) > maxNameLength) {
    throw new UsageError(`"${text}" is no iSCSI name`, {
      nextStep: "write it like iqn.2026-11.org.example:disk: a month, a domain backwards, a name",
    });
  }
  return text;
}

/** HOST:PORT, and behind a comma the portal group, as iSCSI writes it. */
function parsePortalFlag(text: string): PortalFlag {
  const [, address = text, tag] = /^(.*),([^,]*)$/.exec(text) ?? [];
  const where = parseListenAddress(address, defaultPort);
  return tag === undefined ? where : { ...where, portalGroup: parsePortalGroupTag(tag) };
}

function parseRedirect(text: string): Redirect {
  const permanent = text.startsWith("permanent:");
  try {
    return { permanent, address: formatPortal(parsePortal(permanent ? text.slice("permanent:".length) : text)) };
  } catch (error) {
    throw error instanceof PortalSyntaxError ? new UsageError(error.message) : error;
  }
}

function stop(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
