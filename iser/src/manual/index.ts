export { commandCompletionFor, completionFor, type Shell, shells } from "./completion.ts";
export { manPage } from "./man-page.ts";
export type { ManualItem, ManualOption, ManualPage } from "./manual-page.ts";
export { markdownPage } from "./markdown-page.ts";
export { usageText } from "./usage.ts";
export { version } from "./version.ts";
