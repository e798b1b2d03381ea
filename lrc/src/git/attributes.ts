import type { Repository } from "./repository.ts";

/** What `.gitattributes` say of a file that nobody wrote by hand. `false`: they say that somebody did. */
export type Origin = { readonly attribute: "linguist-generated" | "linguist-vendored"; readonly isSet: boolean };

const attributes = ["linguist-generated", "linguist-vendored"] as const;

/** The origin of files as the attributes in the index have it; what nothing is said about is missing from the map. */
export async function originsOf(
  repository: Repository,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Origin>> {
  const origins = new Map<string, Origin>();
  if (paths.length === 0) return origins;
  const args = ["check-attr", "-z", "--cached", "--stdin", ...attributes];
  const { stdout } = await repository.git.run(args, { input: `${paths.join("\0")}\0`, signal, accept: [128] });
  const fields = stdout.toString().split("\0");
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const [path = "", name = "", value = ""] = fields.slice(index, index + 3);
    const attribute = attributes.find((known) => known === name);
    if (attribute === undefined || value === "unspecified") continue;
    const isSet = value !== "unset" && value !== "false";
    if (isSet || !origins.has(path)) origins.set(path, { attribute, isSet });
  }
  return origins;
}
