export { decideInPage } from "./decide-in-page.ts";
export { serveDashboard } from "./serve-dashboard.ts";
export { serveReview } from "./serve-review.ts";
