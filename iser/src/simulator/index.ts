export { CachedDisk } from "./cached-disk.ts";
export { type Mutant, simulate } from "./simulation.ts";
