import { buildCommand } from "@stricli/core";
import { UserError } from "kit/cli";
import { hexDump } from "#bytes";
import type { IscsiUrl } from "#initiator";
import {
  Association,
  type Designator,
  DesignatorType,
  DeviceType,
  type LogicalUnit,
  PeripheralQualifier,
  parseBlockDeviceCharacteristics,
  parseBlockLimits,
  parseDeviceIdentification,
  parseExtendedInquiry,
  parseLogicalBlockProvisioning,
  parseSupportedPages,
  parseUnitSerialNumber,
  type StandardInquiry,
  VpdPage,
} from "#scsi";
import type { ProgramContext } from "./context.ts";
import { logicalUnitArgument, withLogicalUnit } from "./logical-unit-url.ts";
import { traced, traceFlag } from "./trace/traced.ts";

interface InqFlags {
  readonly json: boolean;
  readonly hex: boolean;
  readonly trace?: string;
}

/** What a page says, field by field. */
type Fields = Readonly<Record<string, FieldValue>>;
type FieldValue = string | number | boolean | undefined | readonly string[];

/** A vital product data page: its bytes, and what they mean where that is known. */
interface Page {
  readonly code: number;
  readonly title: string;
  readonly fields: Fields | undefined;
  readonly bytes: Uint8Array;
}

export const inqCommand = buildCommand<InqFlags, [IscsiUrl], ProgramContext>({
  docs: {
    brief: "Show what a disk says about itself",
    fullDescription: [
      "Asks a logical unit for its standard INQUIRY data and all of its vital product data pages.",
      "",
      "Examples:",
      "  iser inq iscsi://192.0.2.1/iqn.2026-11.example:disk/0",
      "  iser inq --trace inquiry.pcapng iser://192.0.2.1:3261/iqn.2026-11.example:disk/0",
      "  iser inq --json iscsi://user%secret@192.0.2.1/iqn.2026-11.example:disk/0",
    ].join("\n"),
  },
  parameters: {
    flags: {
      json: { kind: "boolean", default: false, brief: "Print JSON", withNegated: false },
      hex: { kind: "boolean", default: false, brief: "Print the bytes of every page too", withNegated: false },
      trace: traceFlag,
    },
    positional: logicalUnitArgument,
  },
  async func(flags, url) {
    await traced(flags.trace, this, (context) => inquire(url, flags, context));
  },
});

async function inquire(url: IscsiUrl, flags: InqFlags, context: ProgramContext): Promise<void> {
  await withLogicalUnit(url, context, async (unit) => {
    const inquiry = await unit.inquiry();
    if (inquiry.qualifier !== PeripheralQualifier.connected) {
      throw new UserError(`the target has nothing at LUN ${url.lun}`, { nextStep: "iser ls --luns lists what it has" });
    }
    const pages = await readPages(unit);
    context.stdout.write(flags.json ? formatJson(inquiry, pages) : formatText(inquiry, pages, flags.hex));
  });
}

// ------------------------------------------------------------------------------------------------------------------ asking

async function readPages(unit: LogicalUnit): Promise<readonly Page[]> {
  const list = await unit.vpdPage(VpdPage.supportedPages);
  const codes = list === undefined ? [] : (parseSupportedPages(list) ?? []);
  const pages: Page[] = [];
  for (const code of codes) {
    const bytes = await unit.vpdPage(code);
    if (bytes !== undefined) pages.push(describePage(code, bytes));
  }
  return pages;
}

interface PageReader {
  readonly code: number;
  readonly title: string;
  readonly read: (bytes: Uint8Array) => Fields | undefined;
}

const readers: readonly PageReader[] = [
  { code: VpdPage.supportedPages, title: "Supported pages", read: (bytes) => named("pages", parseSupportedPages(bytes)?.map(hexByte)) },
  { code: VpdPage.unitSerialNumber, title: "Unit serial number", read: (bytes) => named("serial", parseUnitSerialNumber(bytes)) },
  {
    code: VpdPage.deviceIdentification,
    title: "Device identification",
    read: (bytes) => named("designators", parseDeviceIdentification(bytes)?.map(describeDesignator)),
  },
  { code: VpdPage.extendedInquiry, title: "Extended INQUIRY data", read: (bytes) => copyOf(parseExtendedInquiry(bytes)) },
  { code: VpdPage.blockLimits, title: "Block limits", read: (bytes) => copyOf(parseBlockLimits(bytes)) },
  {
    code: VpdPage.blockDeviceCharacteristics,
    title: "Block device characteristics",
    read: (bytes) => copyOf(parseBlockDeviceCharacteristics(bytes)),
  },
  {
    code: VpdPage.logicalBlockProvisioning,
    title: "Logical block provisioning",
    read: (bytes) => copyOf(parseLogicalBlockProvisioning(bytes)),
  },
];

function describePage(code: number, bytes: Uint8Array): Page {
  const reader = readers.find((one) => one.code === code);
  return { code, title: reader?.title ?? "Page that is not known here", fields: reader?.read(bytes), bytes };
}

function named(name: string, value: FieldValue): Fields | undefined {
  return value === undefined ? undefined : { [name]: value };
}

/** An interface has no index signature; a copy of its fields has. */
function copyOf<T extends { readonly [K in keyof T]: FieldValue }>(page: T | undefined): Fields | undefined {
  return page === undefined ? undefined : { ...page };
}

/** `naa 60000000000000000e00000000010001 (logicalUnit)`. */
function describeDesignator({ type, association, codeSet, bytes }: Designator): string {
  const value =
    codeSet === 1
      ? Buffer.from(bytes).toString("hex")
      : Buffer.from(bytes)
          .toString("utf8")
          .replace(/\p{Cc}/gu, "")
          .trim();
  return `${nameIn(DesignatorType, type)} ${value} (${nameIn(Association, association)})`;
}

function nameIn(table: Readonly<Record<string, number>>, code: number): string {
  return Object.entries(table).find(([, value]) => value === code)?.[0] ?? hexByte(code);
}

function hexByte(code: number): string {
  return `0x${code.toString(16).padStart(2, "0")}`;
}

// --------------------------------------------------------------------------------------------------------------- formatting

function formatText(inquiry: StandardInquiry, pages: readonly Page[], withBytes: boolean): string {
  const standard = {
    ...inquiry,
    deviceType: nameIn(DeviceType, inquiry.deviceType),
    versionDescriptors: inquiry.versionDescriptors.map(hexWord),
  };
  const sections = [`Standard INQUIRY data\n${formatFields(standard)}`];
  for (const { code, title, fields, bytes } of pages) {
    const body = fields === undefined ? "" : formatFields(fields);
    const dump = withBytes || fields === undefined ? `${hexDump(bytes).replace(/^/gm, "  ")}\n` : "";
    sections.push(`${title} (${hexByte(code)})\n${body}${dump}`);
  }
  return sections.join("\n");
}

function formatFields(fields: Fields): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => formatValue(value).map((line, index) => `  ${(index === 0 ? words(name) : "").padEnd(38)} ${line}\n`))
    .join("");
}

/** One line for each item of a list. */
function formatValue(value: FieldValue): readonly string[] {
  if (value === undefined) return ["-"];
  if (typeof value === "boolean") return [value ? "yes" : "no"];
  return typeof value === "object" ? value : [String(value)];
}

/** `maxUnmapBlocks` as `max unmap blocks`. */
function words(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function hexWord(code: number): string {
  return `0x${code.toString(16).padStart(4, "0")}`;
}

function formatJson(inquiry: StandardInquiry, pages: readonly Page[]): string {
  const described = pages.map(({ code, title, fields, bytes }) => ({ code, title, fields, hex: Buffer.from(bytes).toString("hex") }));
  return `${JSON.stringify({ inquiry, pages: described }, undefined, 2)}\n`;
}
