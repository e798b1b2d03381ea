import { parseByteSize, UsageError } from "kit/cli";
import { type BlockDevice, FileDisk, isBlockSize, isDeviceSize, MemoryDisk } from "#block";
import { formatIscsiUrl, type IscsiUrl, openDisk, parseIscsiUrl, UrlError } from "#initiator";
import { openWithChapVariables } from "./chap-variables.ts";
import type { ToolContext } from "./context.ts";
import { openOptionsFor } from "./trace/traced.ts";

/**
 * A block device as it is named on a command line:
 *
 *     mem:SIZE[,bs=4096][,ro]              memory, gone with the program
 *     FILE[,size=SIZE][,bs=4096][,ro]      a raw image; with a size it is created if there is none
 *     iscsi://host[:port]/target-iqn/lun   a disk at an iSCSI target
 */
export type DeviceSpec = MemorySpec | FileSpec | { readonly kind: "url"; readonly url: IscsiUrl };

interface MemorySpec {
  readonly kind: "memory";
  readonly size: number;
  readonly blockSize: number;
  readonly readOnly: boolean;
}

interface FileSpec {
  readonly kind: "file";
  readonly path: string;
  /** Undefined: the file is there, and has the size it has. */
  readonly size: number | undefined;
  readonly blockSize: number;
  readonly readOnly: boolean;
}

/** How device specs are written, for help texts. */
export const deviceSpecSyntax = "mem:SIZE[,bs=4096][,ro], FILE[,size=SIZE][,bs=4096][,ro] or iscsi://host/target-iqn/lun";

/** Throws a UsageError that quotes what is wrong. Nothing is opened. */
export function parseDeviceSpec(text: string): DeviceSpec {
  if (isUrl(text)) return { kind: "url", url: parseDiskUrl(text) };
  return text.startsWith("mem:") ? parseMemorySpec(text) : parseFileSpec(text);
}

/** Whether this names something elsewhere: a URL of whatever kind, and no file. */
export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

/** The URL of a disk: what cannot be one is a wrong command line, and not the fault of a target. Throws a UsageError. */
export function parseDiskUrl(text: string): IscsiUrl {
  try {
    const url = parseIscsiUrl(text);
    if (url.lun === undefined) throw new UrlError("the URL names no LUN; write iscsi://host[:port]/target-iqn/lun");
    return url;
  } catch (error) {
    throw error instanceof UrlError ? new UsageError(error.message, { cause: error }) : error;
  }
}

function parseMemorySpec(text: string): MemorySpec {
  const [size = "", ...options] = text.slice("mem:".length).split(",");
  const unknown = options.find((option) => !/^(ro|bs=.*)$/.test(option));
  if (unknown !== undefined)
    throw new UsageError(`"${unknown}" in "${text}" is no option of a memory disk`, { nextStep: "it takes bs=BYTES and ro" });
  refuseTwice(options, text);
  const blockSize = blockSizeAmong(options, text);
  return { kind: "memory", size: deviceSize(size, blockSize, text), blockSize, readOnly: options.includes("ro") };
}

/** A path may hold commas: only options that are known, at its end, are no part of it. */
function parseFileSpec(text: string): FileSpec {
  const [, path = "", ending = ""] = /^(.*?)((?:,(?:ro|bs=[^,]*|size=[^,]*))*)$/s.exec(text) ?? [];
  if (path === "") throw new UsageError(`"${text}" names no device`, { nextStep: `write ${deviceSpecSyntax}` });
  const options = ending.split(",").filter((option) => option !== "");
  refuseTwice(options, text);
  const blockSize = blockSizeAmong(options, text);
  const size = valueAmong(options, "size");
  return {
    kind: "file",
    path,
    size: size === undefined ? undefined : deviceSize(size, blockSize, text),
    blockSize,
    readOnly: options.includes("ro"),
  };
}

/** Of two of a kind nobody knows which one counts. */
function refuseTwice(options: readonly string[], text: string): void {
  const names = options.map((option) => option.split("=", 1)[0]);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new UsageError(`"${twice}" is given twice in "${text}"`, { nextStep: "keep one of them" });
}

function valueAmong(options: readonly string[], key: string): string | undefined {
  return options.find((option) => option.startsWith(`${key}=`))?.slice(key.length + 1);
}

function blockSizeAmong(options: readonly string[], text: string): number {
  const blockSize = parseByteSize(valueAmong(options, "bs") ?? "512");
  if (!isBlockSize(blockSize)) throw new UsageError(`block size ${blockSize} in "${text}" is no power of two from 512 to 65536`);
  return blockSize;
}

function deviceSize(sizeText: string, blockSize: number, text: string): number {
  const size = parseByteSize(sizeText);
  if (!isDeviceSize(size, blockSize))
    throw new UsageError(`size ${size} in "${text}" is no positive multiple of the ${blockSize}-byte block`);
  return size;
}

/** A device that is open, and how to be done with it. */
export interface OpenDevice {
  readonly device: BlockDevice;
  /** For people: what it is, without secrets. */
  readonly description: string;
  close(): Promise<void>;
}

/** What opening a device takes of a command's context: `stopped` gives it up, a session goes into `trace`, and what it needs may be in `env`. */
export interface OpenDeviceOptions extends Pick<ToolContext, "clock" | "env" | "random" | "stopped" | "trace"> {
  /** Opens it for reading alone, whatever the spec says. */
  readonly readOnly?: boolean;
}

/** Rejects with what the device, or the way to it, has to say: BlockError, UrlError, LoginError, SocketError. */
export async function openDeviceSpec(spec: DeviceSpec, options: OpenDeviceOptions): Promise<OpenDevice> {
  switch (spec.kind) {
    case "memory": {
      const { size, blockSize } = spec;
      const device = new MemoryDisk({ size, blockSize, readOnly: spec.readOnly || options.readOnly === true });
      return { device, description: "memory", close: () => closeDevice(device) };
    }
    case "file": {
      const { path, size, blockSize } = spec;
      const readOnly = spec.readOnly || options.readOnly === true;
      const device = await FileDisk.open(path, { blockSize, readOnly, ...(size !== undefined && { size }) });
      return { device, description: path, close: () => closeDevice(device) };
    }
    case "url": {
      const disk = await openWithChapVariables(spec.url, options.env, (place) => openDisk(place, openOptionsFor(place, options)));
      return { device: disk.device, description: addressOf(spec.url), close: () => disk.close() };
    }
  }
}

function closeDevice(device: BlockDevice): Promise<void> {
  return new Promise((resolve, reject) => device.close((error) => (error === undefined ? resolve() : reject(error))));
}

/** What is left of a URL that anybody may read. */
function addressOf({ transport, host, port, target, lun }: IscsiUrl): string {
  return target === undefined || lun === undefined ? host : formatIscsiUrl({ transport, host, port, target, lun });
}
