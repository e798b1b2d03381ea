import { ControlProtocolError } from "./control-protocol-error.ts";

/**
 * Turns JSON that somebody sent into a typed value, or throws a ControlProtocolError that says where it is not what it should be ("session.enable is not
 * true or false").
 */
export type Shape<T> = (value: unknown, where: string) => T;

type ShapesOf<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

export const text: Shape<string> = (value, where) => {
  if (typeof value !== "string") throw new ControlProtocolError(`${where} is not a string`);
  return value;
};

export const boolean: Shape<boolean> = (value, where) => {
  if (typeof value !== "boolean") throw new ControlProtocolError(`${where} is not true or false`);
  return value;
};

/** A whole number from 0 to 2^53 - 1. */
export const count: Shape<number> = (value, where) => {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw new ControlProtocolError(`${where} is not a whole number from 0`);
  }
  return value;
};

export function oneOf<const T extends string>(...permitted: readonly T[]): Shape<T> {
  return (value, where) => {
    const found = permitted.find((one) => one === value);
    if (found === undefined) throw new ControlProtocolError(`${where} is none of ${permitted.join(", ")}`);
    return found;
  };
}

export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, where) => (value === undefined ? undefined : shape(value, where));
}

export function listOf<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw new ControlProtocolError(`${where} is not a list`);
    return value.map((item, index) => shape(item, `${where}[${index}]`));
  };
}

/** An object with these fields. Others are passed over, or refused when `exact`: what a newer client asks for must not be ignored. */
export function record<T extends object>(shapes: ShapesOf<T>, options: { readonly exact: boolean }): Shape<T> {
  const names = Object.keys(shapes) as (keyof T & string)[];
  return (value, where) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new ControlProtocolError(`${where} is not an object`);
    const fields = value as Readonly<Record<string, unknown>>;
    const unknown = options.exact ? Object.keys(fields).find((name) => !Object.hasOwn(shapes, name)) : undefined;
    if (unknown !== undefined) throw new ControlProtocolError(`${where} has a field "${unknown}" that this version does not know`);
    return Object.fromEntries(
      names.map((name) => [name, shapes[name](Object.hasOwn(fields, name) ? fields[name] : undefined, `${where}.${name}`)]),
    ) as T;
  };
}
