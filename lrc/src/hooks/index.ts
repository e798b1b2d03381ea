export { apply } from "./apply.ts";
export {
  allHooks,
  certificatesVariable,
  globalHook,
  type HookName,
  isOfThisVersion,
  isOurs,
  localHook,
  type ProgramLocation,
  programOf,
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
