export { completionFor, type Shell, shells } from "./completion.ts";
export { manPage } from "./man-page.ts";
export type { ManualExample, ManualItem, ManualOption, ManualPage, ManualSection } from "./manual-page.ts";
export { markdownPage } from "./markdown-page.ts";
export { usageText } from "./usage.ts";
