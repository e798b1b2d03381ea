import { createHash } from "node:crypto";
import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import { stat } from "node:fs/promises";
import { hostname } from "node:os";
import { FileDisk } from "#block";
import { type Lun, ScsiDisk } from "#scsi";
import type { OpenDevice } from "./device-spec.ts";

/**
 * Serial number for a disk that was given none. It tells the disk from those of every other target, also one of the same name with disks of the same size, and is the same when the target is started again:
 * initiators know disks by it, and take those that have the same for one (docs/decisions/several-paths.md).
 *
 * Memory is known by where it is served, which is known when that is asked: `servedAt`.
 */
export async function unitSerial(
  { device }: Pick<OpenDevice, "device">,
  place: { readonly target: string; readonly lun: Lun },
  servedAt: () => string,
): Promise<() => string> {
  if (device instanceof FileDisk) {
    const serial = serialOf(["file", machine(), ...(await fileFacts(device.path))]);
    return () => serial;
  }
  if (device instanceof ScsiDisk && device.identity.id !== undefined) {
    const { id, vendor, product, serial } = device.identity;
    const relayed = serialOf(["relayed", id, vendor, product, serial ?? ""]);
    return () => relayed;
  }
  return () => serialOf(["memory", network(), servedAt(), place.target.toLowerCase(), String(place.lun)]);
}

const serialDigits = 16;

function serialOf(facts: readonly string[]): string {
  return createHash("sha256").update(facts.join("\n")).digest("hex").slice(0, serialDigits);
}

/** A file is the one that it was when it was created, wherever it is moved to on its file system; where nobody knows when that was, its path has to do. */
async function fileFacts(path: string): Promise<readonly string[]> {
  const { ino, birthtimeNs } = await stat(path, { bigint: true });
  return [String(ino), birthtimeNs === 0n ? realpathSync(path) : String(birthtimeNs)];
}

/** This machine, also after it was restarted. */
function machine(): string {
  return contentsOf("/etc/machine-id") ?? hostname();
}

/** What an address means anything in: this machine since it was started, and the network namespace. Memory does not live longer. */
function network(): string {
  let namespace = "";
  try {
    namespace = readlinkSync("/proc/self/ns/net");
  } catch {
    // Not on Linux: there is one.
  }
  return `${contentsOf("/proc/sys/kernel/random/boot_id") ?? ""} ${namespace} ${hostname()}`;
}

function contentsOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}
