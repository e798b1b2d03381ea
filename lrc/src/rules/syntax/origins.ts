/** Where a value comes from, as bits: several when it may come from several places. None at all: it is written in the source. */
export const origins = {
  request: 1,
  /** From something nothing is known about. */
  unknown: 2,
  /** Made harmless on the way: a number, or escaped. */
  cleaned: 4,
  /** A parameter of a function further out. */
  outer: 8,
  /** A name that nothing in the file says anything about. */
  elsewhere: 16,
} as const;

const firstParameter = 5;
const mostParameters = 20;

/** The bit of the parameter at a place of the innermost function. */
export function parameterBit(place: number): number {
  return 1 << (firstParameter + Math.min(Math.max(place, 0), mostParameters));
}

/** Whether a value is what its function, or one around it, was called with. */
export function hasParameter(mask: number): boolean {
  return hasOwnParameter(mask) || (mask & origins.outer) !== 0;
}

/** Whether a value is what the innermost function was called with. */
export function hasOwnParameter(mask: number): boolean {
  return mask >= 1 << firstParameter;
}

/** The same without the parameters of the innermost function. */
export function withoutParameters(mask: number): number {
  return mask & ((1 << firstParameter) - 1);
}
