import type { DiskIdentity } from "../disk/disk-identity.ts";
import type { Lun } from "../lun.ts";

/** Names that somebody sees to being unique in the world: registered NAA (2, 5, 6), EUI-64, UUID, and SCSI name strings. */
const worldWide = /^(naa\.[256]|eui\.|uuid\.|iqn\.)/;

/**
 * What two logical units have in common when they are one: undefined for a unit that cannot be recognised.
 *
 * A name that its vendor has left blank (zeroes, ones) names nothing. One that is unique for its maker only, as locally assigned NAA, T10 vendor ids and serial numbers are in practice (every tgt
 * in the world has an "IET     00010001"), counts together with the name of the target, which is unique, and the LUN.
 */
export function unitKey({ id, vendor, product, serial }: DiskIdentity, targetName: string, lun: Lun): string | undefined {
  if (id === undefined || isBlank(id)) return undefined;
  const model = `${vendor}\n${product}\n${serial ?? ""}`;
  return worldWide.test(id) ? `${id}\n${model}` : `${id}\n${model}\n${targetName.toLowerCase()}\n${lun}`;
}

/** After the digits that say who has assigned it, only one digit, over and over. */
function isBlank(id: string): boolean {
  const name = id.slice(id.indexOf(".") + 1);
  if (/^naa\.6/.test(id)) return isOneDigit(name.slice(7));
  if (/^naa\.[25]/.test(id)) return isOneDigit(name.slice(7)) || isOneDigit(name.slice(1));
  if (/^eui\./.test(id)) return isOneDigit(name.slice(6));
  return isOneDigit(name.replace(/[-_ .]/g, ""));
}

function isOneDigit(text: string): boolean {
  return /^([0f])\1*$/i.test(text) || text === "";
}
