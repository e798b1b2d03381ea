export { iscsictl } from "./program.ts";
