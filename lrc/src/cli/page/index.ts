export { decideInPage } from "./decide-in-page.ts";
export { serveReview } from "./serve-review.ts";
