export { commentStart } from "./comment.ts";
export { entropyOf, isMadeUpPath, isPlaceholder, isReadable, isTestPath } from "./secret-text.ts";
