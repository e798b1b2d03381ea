import type { Line, Piece } from "./lines.ts";
import { escapeMarkup } from "./markup.ts";

/** The lines as libxo(3) writes HTML: a division a line, and in it one a piece, with the name of its field if it has one. */
export function htmlOf(lines: readonly Line[], pretty: boolean): string {
  const [indentation, end] = pretty ? ["  ", "\n"] : ["", ""];
  const html = lines.map((line) => {
    const pieces = line.filter(({ kind, text }) => kind === "data" || text !== "").map((piece) => `${indentation}${division(piece)}${end}`);
    return `<div class="line">${end}${pieces.join("")}</div>${end}`;
  });
  return pretty ? html.join("") : `${html.join("")}\n`;
}

function division(piece: Piece): string {
  const tag = piece.kind === "data" ? ` data-tag="${escapeMarkup(piece.field)}"` : "";
  return `<div class="${piece.kind}"${tag}>${escapeMarkup(piece.text)}</div>`;
}
