import type { ConnectorInfo, SpentOn } from "#connectors";
import type { Finding } from "./finding.ts";
import type { Remark } from "./remark.ts";
import type { ReviewerRun } from "./review.ts";

/** A model that is asked, as a reader knows it. */
export type AskedModel = Pick<ConnectorInfo, "name" | "model" | "place" | "destination">;

/** What a reviewer that takes its time tells before it is done. */
export type ReviewerNews =
  | {
      readonly kind: "started";
      /** The first one is asked; each of the others when those before it cannot answer. */
      readonly asked: readonly AskedModel[];
      /** Into how many pieces the change was cut. */
      readonly pieces: number;
      /** Pieces whose answers are known from an earlier review: they are not sent. */
      readonly remembered: number;
    }
  | {
      readonly kind: "progress";
      /** `reviewing`: so many groups of pieces are answered; `summing-up`: the findings stand, and a summary is asked for. */
      readonly step: "reviewing" | "summing-up";
      readonly done: number;
      readonly total: number;
    }
  /** All that it would say now, in place of what it told before. */
  | { readonly kind: "stated"; readonly remarks: readonly StatedRemark[] };

export interface StatedRemark {
  readonly remark: Remark;
  /** It has passed every doubt that the reviewer has. What is not settled may be withdrawn, or become less sure. */
  readonly settled: boolean;
}

/**
 * What a model does while it reviews, told to whoever looks on. In this order:
 *
 *     started · (progress | finding | withdrawn)* · finished
 *
 * once for each reviewer that asks models, after `onProgress` has told what the rules found. Where no model is asked, nothing is told.
 *
 * A `finding` is as a report would show it: in its place, masked, cleaned of all that could act, past what is suppressed, dismissed or not shown here. It is
 * told as soon as the model has written it, with `settled: false` while the attempt to refute it is still to come, and again, under the same fingerprint, when
 * it is settled or has changed; `withdrawn` takes back what was told. At `finished` exactly the model's findings of the review are told and not withdrawn, so a
 * list that is kept by fingerprint agrees with the review that follows. That review is what holds.
 */
export type ModelEvent =
  | Exclude<ReviewerNews, { readonly kind: "stated" }>
  | { readonly kind: "finding"; readonly finding: Finding; readonly settled: boolean }
  | { readonly kind: "withdrawn"; readonly fingerprint: string }
  | {
      readonly kind: "finished";
      /** How it fared, with its problems and how long it took. */
      readonly run: ReviewerRun;
      /** What it used, by connector: who really answered. */
      readonly spent: readonly SpentOn[];
    };
