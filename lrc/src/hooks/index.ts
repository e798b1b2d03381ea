export { apply } from "./apply.ts";
export {
  allHooks,
  certificatesVariable,
  globalHook,
  type HookName,
  isOurs,
  localHook,
  type ProgramLocation,
  type ReviewHook,
  reviewHooks,
} from "./hook-script.ts";
export {
  type FoundHook,
  type FoundHooks,
  findHooks,
  type HookTool,
  huskySnippet,
  planLocalInstall,
  planLocalUninstall,
} from "./local-hooks.ts";
export { describeStep, type Plan, type Step } from "./plan.ts";
