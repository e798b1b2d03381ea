import type { SpentOn } from "#connectors";
import type { Finding } from "./finding.ts";
import type { ModelEvent, ReviewerNews, StatedRemark } from "./model-event.ts";
import type { Remark } from "./remark.ts";
import type { ReviewerRun } from "./review.ts";

/** Makes events of what a reviewer tells. When it is finished it hears nothing: a reviewer that was given up may still talk. */
export class ModelTeller {
  readonly #onModel: (event: ModelEvent) => void;
  readonly #shownOf: (remarks: readonly Remark[]) => readonly Finding[];
  readonly #told = new Map<string, string>();
  #state: "silent" | "started" | "finished" = "silent";

  /** `shownOf`: what a report would show of some remarks of the reviewer. */
  constructor(onModel: (event: ModelEvent) => void, shownOf: (remarks: readonly Remark[]) => readonly Finding[]) {
    this.#onModel = onModel;
    this.#shownOf = shownOf;
  }

  tell(news: ReviewerNews): void {
    if (this.#state === "finished") return;
    this.#state = "started";
    if (news.kind === "stated") this.#tellFindings(news.remarks);
    else this.#onModel(news);
  }

  /** Tells the end, if there was a beginning. */
  finish(run: ReviewerRun, remarks: readonly Remark[], spent: readonly SpentOn[]): void {
    if (this.#state === "started") {
      this.#tellFindings(remarks.map((remark) => ({ remark, settled: true })));
      this.#onModel({ kind: "finished", run, spent });
    }
    this.#state = "finished";
  }

  #tellFindings(stated: readonly StatedRemark[]): void {
    const shown = this.#shownOf(stated.map(({ remark }) => remark));
    const settled = this.#shownOf(stated.flatMap(({ remark, settled }) => (settled ? [remark] : [])));
    const isSettled = new Set(settled.map(({ fingerprint }) => fingerprint));
    const now = new Set(shown.map(({ fingerprint }) => fingerprint));
    for (const fingerprint of this.#told.keys()) {
      if (now.has(fingerprint)) continue;
      this.#told.delete(fingerprint);
      this.#onModel({ kind: "withdrawn", fingerprint });
    }
    for (const finding of shown) {
      const event = { kind: "finding", finding, settled: isSettled.has(finding.fingerprint) } as const;
      const words = JSON.stringify(event);
      if (this.#told.get(finding.fingerprint) === words) continue;
      this.#told.set(finding.fingerprint, words);
      this.#onModel(event);
    }
  }
}
