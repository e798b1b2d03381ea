import { createHash } from "node:crypto";
import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { makeDirectory, xdgDirectories } from "kit/cli";
import type { Repository } from "#git";
import { appendWithoutWaiting, readWithoutWaiting } from "#history";
import type { Surroundings } from "./context.ts";

type World = Pick<Surroundings, "env" | "home">;

const folderIn = (world: World): string => join(xdgDirectories(world).state, "lrc", "repositories");

/**
 * Notes that this user has a repository with reviews, for the dashboard: a small file for each, of which a commit reads one and writes none after the first
 * time. What cannot be noted is not noted.
 */
export function rememberRepository({ paths: { commonDirectory, root } }: Repository, world: World & Pick<Surroundings, "random">): void {
  if (root === undefined) return;
  const folder = folderIn(world);
  const file = join(folder, createHash("sha256").update(commonDirectory).digest("hex").slice(0, 32));
  try {
    if (existsSync(file) && existsSync(readWithoutWaiting(file))) return;
    makeDirectory(folder, 0o700);
    // Commits in two working trees may be here at once.
    const draft = `${file}.${Buffer.from(world.random.bytes(6)).toString("hex")}`;
    appendWithoutWaiting(draft, root, 0o600);
    renameSync(draft, file);
  } catch {
    // Then the dashboard shows it only where it is started in it.
  }
}

/** The working trees of those that are still there. */
export function knownRepositories(world: World): readonly string[] {
  const folder = folderIn(world);
  try {
    return readdirSync(folder)
      .filter((name) => !name.includes("."))
      .map((name) => readWithoutWaiting(join(folder, name)))
      .filter((root) => existsSync(root))
      .sort();
  } catch {
    return [];
  }
}
