import { cleanText } from "../findings/clean.ts";
import { patchFor } from "../findings/patch.ts";
import type { PlacedFinding } from "../findings/placed-finding.ts";
import { isAddressedToReviewer } from "../prompt/instructions.ts";
import type { Unit } from "../prompt/unit.ts";
import type { Redactor } from "../redaction/redactor.ts";
import type { Remark } from "../remark.ts";

/** A finding of a model as it is reported: its words can do nothing, and its patch shows no secret. */
export function remarkOf({ stated, anchor }: PlacedFinding, redactor: Redactor): Remark {
  const { file } = anchor.unit;
  const { replacement } = stated;
  const patch =
    replacement === null || anchor.side === "old" || replacement.length > 4000
      ? undefined
      : patchFor(file, anchor.startLine, anchor.endLine, redactor.restore(withoutFence(replacement)));
  // Reports and records show a patch as it is, so one that would show a secret is not made.
  const isShowable = patch !== undefined && redactor.redact(patch) === patch;
  return {
    ruleId: `model/${stated.category}`,
    title: cleanText(stated.title, 120),
    severity: stated.severity,
    confidence: stated.confidence,
    category: stated.category,
    subcategory: "judgement",
    cwe: [],
    message: cleanText(stated.message, 1000),
    suggestion: replacement === null || replacement.trim() === "" ? undefined : cleanText(`Write: ${withoutFence(replacement)}`, 600),
    ...(isShowable ? { patch } : {}),
    path: file.diff.path,
    side: anchor.side,
    startLine: anchor.startLine,
    endLine: anchor.endLine,
    startColumn: undefined,
    endColumn: undefined,
    causedByRemoval: false,
    secrets: redactor.secrets.filter((secret) => secret.length >= 6),
  };
}

/** Who speaks to the reviewer wants something from it. Said whether the model noticed or not, and whatever it was talked into. */
export function instructionsIn(units: readonly Unit[]): readonly Remark[] {
  return units.flatMap(({ file, lines }) =>
    lines.flatMap((line): readonly Remark[] => {
      if (line.kind !== "added" || !isAddressedToReviewer(line.text)) return [];
      return [
        {
          ruleId: "model/instruction-in-change",
          title: "Text addressed to the reviewer",
          severity: "warning",
          confidence: "medium",
          category: "security",
          subcategory: "prompt-injection",
          cwe: [1427],
          message:
            "This line speaks to whoever reviews the change, as if to tell an automatic reviewer what to say. It was treated as data and not followed.",
          suggestion: "Take it out, unless it is meant for the program's own model.",
          path: file.diff.path,
          side: "new",
          startLine: line.newNumber,
          endLine: line.newNumber,
          startColumn: undefined,
          endColumn: undefined,
          causedByRemoval: false,
          secrets: [],
        },
      ];
    }),
  );
}

function withoutFence(text: string): string {
  return text.replace(/^```\w*\n/, "").replace(/\n?```\s*$/, "");
}
