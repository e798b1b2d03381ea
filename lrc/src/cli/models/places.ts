import { existsSync } from "node:fs";
import { join } from "node:path";
import { xdgDirectories } from "kit/cli";
import type { Surroundings } from "../context.ts";

/** Where things about models are kept: the user's own, never a repository's. Nothing is created. */
export interface ModelPlaces {
  /** The list of connectors. */
  readonly settings: string;
  /** One private file a connector. */
  readonly keys: string;
  /** What was used, a line a review. */
  readonly usage: string;
  /** Packages that were installed on demand. */
  readonly packages: string;
  /** The local engine. */
  readonly engine: string;
  /** Weights of local models. */
  readonly weights: string;
  /** Stays empty. */
  readonly empty: string;
}

export function modelPlaces(world: Pick<Surroundings, "env" | "home">): ModelPlaces {
  const { config, data, state, cache } = xdgDirectories(world);
  return {
    settings: join(config, "lrc", "connectors.toml"),
    keys: join(config, "lrc", "keys"),
    usage: join(state, "lrc", "usage.ndjson"),
    packages: join(data, "lrc", "packages"),
    engine: join(data, "lrc", "engine"),
    weights: join(data, "lrc", "models"),
    empty: join(cache, "lrc", "empty"),
  };
}

/** Whether a model is to be asked at all: cheap, because every commit asks. */
export function hasConnectors(world: Pick<Surroundings, "env" | "home">): boolean {
  return world.env.LRC_MODEL !== "0" && existsSync(modelPlaces(world).settings);
}
