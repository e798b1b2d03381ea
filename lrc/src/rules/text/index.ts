export { commentStart } from "./comment.ts";
export { entropyOf, isMadeUpPath, isPlaceholder, isReadable } from "./secret-text.ts";
