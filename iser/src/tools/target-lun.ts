import { UsageError } from "kit/cli";
import { type DeviceSpec, deviceSpecSyntax, parseDeviceSpec } from "./device-spec.ts";

/** What `--lun` says: a device, and what initiators are told about it besides. */
export interface TargetLunSpec {
  readonly device: DeviceSpec;
  readonly serial: string | undefined;
  readonly removable: boolean;
}

export const targetLunSyntax = `${deviceSpecSyntax}, each with ,serial=TEXT ,removable behind it`;

const endingOption = /,(ro|removable|(?:bs|size|serial)=[^,]*)$/;
const serialOption = "serial=";
const maxSerialLength = 36;

/** Reads one `--lun`. Options are read from the end, because a file name may hold commas. Throws a UsageError that quotes what is wrong. */
export function parseTargetLun(text: string): TargetLunSpec {
  const options: string[] = [];
  let rest = text;
  for (let match = endingOption.exec(rest); match !== null; match = endingOption.exec(rest)) {
    options.unshift(match[1] ?? "");
    rest = rest.slice(0, match.index);
  }
  const isOurs = (option: string): boolean => option === "removable" || option.startsWith(serialOption);
  const serial = options.findLast((option) => option.startsWith(serialOption));
  return {
    device: parseDeviceSpec([rest, ...options.filter((option) => !isOurs(option))].join(",")),
    serial: serial === undefined ? undefined : parseSerial(serial.slice(serialOption.length)),
    removable: options.includes("removable"),
  };
}

/** UNIT SERIAL NUMBER is ASCII (SPC-4, 7.8.15), and initiators trim it. */
export function parseSerial(text: string): string {
  if (!/^[\x21-\x7e]+$/.test(text) || text.length > maxSerialLength) {
    throw new UsageError(`"${text}" is no serial number`, {
      nextStep: `write 1 to ${maxSerialLength} printable ASCII characters without spaces`,
    });
  }
  return text;
}
