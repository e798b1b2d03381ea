export { version } from "#manual";
export { commandTable, loadCommands } from "./commands.ts";
export { iserCompletion } from "./completion.ts";
