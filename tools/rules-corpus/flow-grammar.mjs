/** What a set of small programs is made of: where a value comes from, which ways it takes, and where it ends. */

/**
 * A way for a value: `way` are the statements that take `given` to `value`, `beside` what stands beside the function, and `keeps` whether the value arrives. `escapes`
 * names the only place where it does no harm.
 * @typedef {{ name: string, way: string, beside?: string, keeps: boolean, escapes?: string }} Way
 */

/** @typedef {{ sources: readonly string[], ways: readonly Way[], sinks: Readonly<Record<string, string>>, file: (source: string, way: Way, sink: string) => string, extension: string }} Grammar */

/** @type {(name: string, way: string, beside?: string) => Way} */
export const open = (name, way, beside) => ({ name, way, keeps: true, ...(beside === undefined ? {} : { beside }) });
/** @type {(name: string, way: string, beside?: string) => Way} */
export const shut = (name, way, beside) => ({ name, way, keeps: false, ...(beside === undefined ? {} : { beside }) });
/** @type {(where: string, name: string, way: string, beside?: string) => Way} */
export const escaped = (where, name, way, beside) => ({ ...open(name, way, beside), escapes: where });

/** A statement a line where nothing nests, so that what is found has a place. @param {string} text */
export function lines(text, indent = "    ") {
  return /[{}]/.test(text.replaceAll(/"[^"]*"/g, ""))
    ? text
    : text.replaceAll(/; (?!\/\/ SINK)(?=(?:[^"]*"[^"]*")*[^"]*$)/g, `;\n${indent}`);
}
