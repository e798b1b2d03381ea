import { Secret } from "kit/log";
import { codePoints } from "./code-point.ts";
import { maxIscsiNameLength, unusualIscsiName } from "./iscsi-name.ts";

/** What the text of a value turned out to be. `problem` and `warning` never hold the text of a secret. */
export type Reading<T> = { readonly value: T; readonly warning?: string | undefined } | { readonly problem: string };

/** A kind of value: what is permitted, for diagnostics and manuals, and how its text is read. */
export interface ValueKind<T> {
  readonly permitted: string;
  read(text: string): Reading<T>;
}

/** FreeBSD's iscsi(4) has room for this much of an address. */
const kernelAddressLength = 46;

/** The longest host name (RFC 1035), in brackets or not, with a port and a portal group. */
const maxAddressLength = 275;

/** A shorter CHAP secret can be found by trying (RFC 7143, 9.2.1). */
const safeSecretLength = 12;

/** Text that only has to be there, and to fit. */
export function text(what: string, most: number): ValueKind<string> {
  return {
    permitted: `${what} of 1 to ${most} characters`,
    read: (value) => {
      if (value === "") return { problem: "the value is empty" };
      return value.length > most ? { problem: `the value has ${value.length} characters` } : { value };
    },
  };
}

/** One of these words, in any case. */
export function oneOf<const T extends string>(...words: readonly T[]): ValueKind<T> {
  return {
    permitted: words.join(" or "),
    read: (value) => {
      const word = words.find((one) => one.toLowerCase() === value.toLowerCase());
      return word === undefined ? { problem: `"${value}" is not possible` } : { value: word };
    },
  };
}

/** `On` or `Off`; `Yes` and `No` mean the same. */
export const onOff: ValueKind<boolean> = {
  permitted: "On or Off",
  read: (value) => {
    const word = value.toLowerCase();
    if (word === "on" || word === "yes") return { value: true };
    return word === "off" || word === "no" ? { value: false } : { problem: `"${value}" is not possible` };
  },
};

/** A whole number within bounds; with `0x` before it, hexadecimal. */
export function wholeNumber(least: number, most: number, unit: string): ValueKind<number> {
  return {
    permitted: `${unit} from ${least} to ${most}`,
    read: (value) => {
      const number = /^(\d+|0x[0-9a-f]+)$/i.test(value) ? Number(value) : Number.NaN;
      return number >= least && number <= most ? { value: number } : { problem: `"${value}" is not possible` };
    },
  };
}

const codePointNumber = wholeNumber(0, 63, "a number");

/** A differentiated services code point, by number or name. */
export const codePoint: ValueKind<number> = {
  permitted: "0 to 63, 0x0 to 0x3f, be, ef, cs0 to cs7, or af11, af12, af13 to af41, af42, af43",
  read: (value) => {
    const named = codePoints.get(value.toLowerCase());
    return named === undefined ? codePointNumber.read(value) : { value: named };
  },
};

/** The name of a target or an initiator. */
export const iscsiName: ValueKind<string> = {
  permitted: `an iSCSI name (iqn.…, eui.… or naa.…) of 1 to ${maxIscsiNameLength} characters`,
  read: (value) => {
    const reading = text("a name", maxIscsiNameLength).read(value);
    if ("problem" in reading) return reading;
    const unusual = unusualIscsiName(value);
    return { value, warning: unusual === undefined ? undefined : `the name "${value}" is unusual: ${unusual}` };
  },
};

/** Where a target is. Whether it leads anywhere is found out when it is connected to. */
export const portal: ValueKind<string> = {
  permitted: "HOST, HOST:PORT, [IPV6] or [IPV6]:PORT with a port from 1 to 65535",
  read: (value) => {
    if (value.length > maxAddressLength) return { problem: `the address has ${value.length} characters` };
    const [, bracketed, host, port = "3260"] = /^(?:(\[[0-9a-f:.]+(?:%[\w.-]+)?\])|([^\s[\]/@,?#%:]+))(?::(\d{1,5}))?$/i.exec(value) ?? [];
    const isBareIpv6 = /^[0-9a-f:.]*:[0-9a-f.]*:[0-9a-f:.]*(%[\w.-]+)?$/i.test(value);
    const isPort = Number(port) >= 1 && Number(port) <= 65535;
    if (!isBareIpv6 && ((bracketed ?? host) === undefined || !isPort)) return { problem: `"${value}" is no address` };
    if (value.length <= kernelAddressLength) return { value };
    return { value, warning: `the address has ${value.length} characters; FreeBSD's iscsi(4) takes ${kernelAddressLength}` };
  },
};

const secretText = text("a secret", 255);

/** A CHAP secret. */
export const secret: ValueKind<Secret<string>> = {
  permitted: secretText.permitted,
  read: (value) => {
    const reading = secretText.read(value);
    if ("problem" in reading) return reading;
    const isShort = value.length < safeSecretLength;
    return {
      value: new Secret(value),
      warning: isShort ? `the secret has fewer than ${safeSecretLength} characters, and can be found by trying` : undefined,
    };
  },
};
