import { createHash } from "node:crypto";
import type { ModelWish } from "#config";
import type { StateFolder } from "#history";

const trustFile = "trusted-model";

/** Whether somebody has looked at the address and the source of the key that a repository asks for, and let them in. Bound to their very words. */
export function isTrusted(wish: ModelWish, state: StateFolder): boolean {
  return state.read(trustFile)?.trim() === digestOf(wish);
}

export function trust(wish: ModelWish, state: StateFolder): void {
  state.write(trustFile, `${digestOf(wish)}\n`);
}

function digestOf({ provider, model, baseUrl, key }: ModelWish): string {
  return createHash("sha256")
    .update(JSON.stringify([provider, model, baseUrl, key]))
    .digest("hex");
}
