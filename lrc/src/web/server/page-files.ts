import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A file of the built page. */
export interface PageAsset {
  readonly type: string;
  readonly bytes: Buffer;
}

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** The file behind a path of the address, or undefined. Names that the build never gives lead nowhere, whatever they would mean to a file system. */
export function readPageFile(folder: string, path: string): PageAsset | undefined {
  const name = path === "/" ? "index.html" : path.slice(1);
  const match = /^(?:assets\/)?[\w-][\w.-]*\.(html|js|css|svg)$/.exec(name);
  const type = types[match?.[1] ?? ""];
  if (type === undefined || name.includes("..")) return undefined;
  try {
    return { type, bytes: readFileSync(join(folder, name)) };
  } catch {
    return undefined;
  }
}
