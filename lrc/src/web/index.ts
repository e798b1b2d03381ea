export { agentText } from "./page/agent-text.ts";
export { countedFindings } from "./page/counted.ts";
export { LivePage } from "./page/live-page.ts";
export type {
  Dashboard,
  DashboardRepository,
  PageAnswer,
  PageEvent,
  PageFile,
  PageFinding,
  PageIteration,
  PageModel,
  PagePhase,
  PageState,
  PageSummary,
  PageUpdate,
  ReviewPage,
  Tally,
} from "./page/page-state.ts";
export { type PageAction, PageError, type PageServer, type PageServerOptions, servePage } from "./server/serve-page.ts";
