export { commandTable, loadCommands } from "./commands.ts";
export { version } from "./version.ts";
