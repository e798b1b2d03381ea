export { BlockModel } from "./block-model.ts";
export { CachedDisk, Platters } from "./cached-disk.ts";
export { History } from "./history.ts";
export { type Mutant, type SimulatedTransport, type SimulationOptions, type SimulationReport, simulate } from "./simulation.ts";
