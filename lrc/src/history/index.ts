export { StateFolder } from "./state-folder.ts";
