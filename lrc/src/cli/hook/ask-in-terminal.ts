import type { Colours } from "kit/cli";
import { type Answer, type DecisionState, decide } from "#decision";
import { printable, type Review } from "#review";
import type { Terminal } from "../context.ts";
import { findingLine } from "./summary.ts";

const answerKeys: Readonly<Record<string, Answer>> = { c: "commit", v: "vouch", s: "skip", a: "abort", q: "abort" };

/** The letters that do something here. */
const knownKeys = `${Object.keys(answerKeys).join("")}djk`;

const labels: Readonly<Record<Answer, string>> = {
  commit: "[c]ommit",
  vouch: "[v]ouch",
  skip: "[s]kip",
  abort: "[a]bort",
};

const notAsItIs = "lrc: there is something in it that must not be committed: vouch for it, skip the review, or abort and correct it\n";

/** Asks what becomes of a commit until somebody has said it. d, j and k go through the findings with the code around them. */
export async function askInTerminal(terminal: Terminal, asked: DecisionState, review: Review, paint: Colours): Promise<DecisionState> {
  let state = asked;
  let shown = -1;
  try {
    while (state.state === "deciding") {
      const erase = showPrompt(
        terminal,
        `${state.legal.map((answer) => labels[answer]).join("  ")}  [d]etails, [j/k] next and previous > `,
      );
      const key = await terminal.key(knownKeys);
      erase();
      if (key === undefined || key === "\x03" || key === "\x04" || key === "\x1b") state = decide(state, { kind: "interrupted" });
      else if (key === "j" || key === "k") {
        shown = (shown + (key === "j" ? 1 : -1) + review.findings.length + (shown < 0 && key === "k" ? 1 : 0)) % review.findings.length;
        terminal.write(details(review, shown, paint));
      } else if (key === "d") {
        shown = Math.max(shown, 0);
        terminal.write(details(review, shown, paint));
      } else {
        const answer = answerKeys[key.toLowerCase()];
        if (answer === "commit" && !state.legal.includes(answer)) terminal.write(notAsItIs);
        if (answer !== undefined) state = decide(state, { kind: "answered", answer });
      }
    }
    return state;
  } finally {
    terminal.close();
  }
}

/** Writes a line to be answered behind it. Returns what takes it away again, however many rows it has; after the terminal has become another size it stays. */
function showPrompt(terminal: Terminal, prompt: string): () => void {
  const { columns } = terminal;
  terminal.write(prompt);
  return () => {
    const rowsAbove = columns === undefined ? 0 : Math.ceil(prompt.length / columns) - 1;
    if (terminal.columns !== columns) terminal.write("\n");
    else terminal.write(`\r${rowsAbove > 0 ? `\x1b[${rowsAbove}A` : ""}\x1b[J`);
  };
}

function details({ findings }: Review, index: number, paint: Colours): string {
  const finding = findings[index];
  if (finding === undefined) return "";
  const { excerpt, startLine, endLine, suggestion } = finding;
  const code = excerpt.lines.map((line, offset) => {
    const number = excerpt.firstLine + offset;
    const text = `${String(number).padStart(6)} ${printable(line)}`;
    return number >= startLine && number <= endLine ? paint.bold(`>${text}`) : paint.dim(` ${text}`);
  });
  const advice = suggestion === undefined ? [] : [`  ${printable(suggestion)}`];
  return `${[`${index + 1} of ${findings.length}`, findingLine(finding, paint).trimStart(), ...code, ...advice].join("\n")}\n`;
}
