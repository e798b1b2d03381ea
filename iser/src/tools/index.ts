export { loadCommands } from "./commands.ts";
export type { ProgramContext } from "./context.ts";
export { version } from "./version.ts";
