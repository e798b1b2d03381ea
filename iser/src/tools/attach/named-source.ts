import { resolve } from "node:path";
import { UsageError } from "kit/cli";
import type { Clock } from "kit/clock";
import { nbdUri, parseNbdUnixUri } from "#nbd";
import { deviceSpecSyntax, parseDeviceSpec } from "../device-spec.ts";
import type { AttachmentSource } from "./attachment.ts";
import type { AttachmentFolder } from "./attachment-folder.ts";
import { findDaemonDevice } from "./daemon-device.ts";

/** What a command line names, found. */
export interface NamedSource {
  /** What the attachment is called unless told otherwise. */
  readonly name: string;
  readonly source: AttachmentSource;
  /** For people; of what the keeper opens by itself no more than its kind, until it is open. */
  readonly description: string;
  /** Where programs that speak NBD find it already, if they do. */
  readonly uri: string | undefined;
}

/** What can be attached, for help texts. */
export const sourceSyntax = `a device of iscsid (da0), nbd+unix:///NAME?socket=PATH, ${deviceSpecSyntax}`;

/**
 * Finds what the user means: a device of the daemon, an export of any NBD server on this machine, or whatever `iser` can open by itself. Paths are made whole, because the
 * keeper works in another directory.
 */
export async function findSource(named: string, controlSocket: string, folder: AttachmentFolder, clock: Clock): Promise<NamedSource> {
  if (/^da\d+$/.test(named)) {
    const { device, uri, target, lun } = await findDaemonDevice(named, controlSocket, clock);
    return { name: device, source: exportSource(uri), description: `${target} LUN ${lun}`, uri };
  }
  if (named.startsWith("nbd")) {
    const source = exportSource(named);
    return { name: freeName(folder), source, description: named, uri: nbdUri({ path: source.socket }, source.exportName) };
  }
  const { kind } = parseDeviceSpec(named);
  const spec = kind === "file" ? resolve(named) : named;
  return { name: freeName(folder), source: { kind: "device", spec }, description: kind, uri: undefined };
}

function exportSource(uri: string): Extract<AttachmentSource, { kind: "nbd" }> {
  const parsed = parseNbdUnixUri(uri);
  if (parsed === undefined) throw new UsageError(`${uri} names no export on a unix socket`, { nextStep: `write ${sourceSyntax}` });
  return { kind: "nbd", socket: resolve(parsed.path), exportName: parsed.exportName };
}

/** disk0, disk1, …: the first that is free. */
function freeName(folder: AttachmentFolder): string {
  const taken = new Set(folder.list().map(({ name }) => name));
  let number = 0;
  while (taken.has(`disk${number}`)) number++;
  return `disk${number}`;
}
