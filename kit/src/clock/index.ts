export type { Clock, Timer } from "./clock.ts";
export type { Duration, Instant } from "./instant.ts";
export { type Random, SystemRandom } from "./random.ts";
export { SeededRandom } from "./seeded-random.ts";
export { SystemClock } from "./system-clock.ts";
export { VirtualClock } from "./virtual-clock.ts";
export { systemWallTime } from "./wall-time.ts";
