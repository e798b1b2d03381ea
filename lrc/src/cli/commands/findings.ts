import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildCommand, buildRouteMap } from "@stricli/core";
import { formatTable, UsageError, UserError } from "kit/cli";
import { formatBaseline, maskReason, printable } from "#review";
import type { LrcContext } from "../context.ts";
import { dismissFinding, undoDismissal } from "../dismissals.ts";
import { exitCodes } from "../exit-codes.ts";
import { commonState, openRepository, requireOwnFolder } from "../open-repository.ts";
import { readDismissed } from "../review-run.ts";
import { reviewWholeRepository } from "../what-to-review.ts";

const fingerprintShape = /^[0-9a-f]{32}$/;

const dismiss = buildCommand<{ readonly reason?: string; readonly undo: boolean }, [string], LrcContext>({
  docs: {
    brief: "Do not show a finding again in this repository on this machine",
    fullDescription:
      'The fingerprint stands below each finding of "lrc review". For everybody, write an inline "lrc-ignore RULE: reason", or a baseline.',
  },
  parameters: {
    flags: {
      reason: { kind: "parsed", parse: String, optional: true, placeholder: "TEXT", brief: "Why it is no fault" },
      undo: { kind: "boolean", default: false, withNegated: false, brief: "Show it again" },
    },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "FINGERPRINT", brief: "32 hexadecimal digits" }] },
  },
  async func({ reason, undo }, fingerprint) {
    if (!fingerprintShape.test(fingerprint))
      throw new UsageError(`"${fingerprint}" is no fingerprint`, { nextStep: "it has 32 hexadecimal digits" });
    const state = commonState(await openRepository(this), this);
    if (undo) {
      this.stdout.write(undoDismissal(state, fingerprint) ? "It is shown again.\n" : "It was not dismissed.\n");
      return;
    }
    dismissFinding(state, { fingerprint, reason, time: this.wallTime() });
    this.stdout.write("It is not shown again.\n");
  },
});

const list = buildCommand<object, [], LrcContext>({
  docs: { brief: "List what was dismissed" },
  parameters: {},
  async func() {
    const dismissed = readDismissed(commonState(await openRepository(this), this));
    const rows = [...dismissed].map(([fingerprint, reason]) => [fingerprint, printable(maskReason(reason ?? ""))]);
    this.stdout.write(rows.length === 0 ? "Nothing was dismissed.\n" : formatTable([{ title: "Fingerprint" }, { title: "Reason" }], rows));
  },
});

const baseline = buildCommand<object, [], LrcContext>({
  docs: {
    brief: "Write .lrc/baseline.json: everything that is found in HEAD now is not shown again",
    fullDescription: "Reviews every file of HEAD as if it were new. Commit the file for it to take effect.",
  },
  parameters: {},
  async func() {
    const repository = await openRepository(this);
    const { root } = repository.paths;
    if (root === undefined) throw new UserError("this repository is bare: it has no working tree");
    requireOwnFolder(root);
    const { review } = await reviewWholeRepository(repository, this);
    if (!review.complete)
      throw new UserError("not everything could be reviewed, so no baseline was written", { exitCode: exitCodes.couldNotReview });
    const file = join(root, ".lrc", "baseline.json");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, formatBaseline(review.findings));
    const { length } = review.findings;
    this.stdout.write(`${length} ${length === 1 ? "finding is" : "findings are"} in .lrc/baseline.json; commit it\n`);
  },
});

export const findingsRoutes = buildRouteMap<string, LrcContext>({
  routes: { dismiss, list, baseline },
  docs: { brief: "Say which findings are no faults" },
});
