/** What the tour prints: numbered steps with aligned, wrapped text, and colour where somebody sees it. */
const isColoured = process.stdout.isTTY && process.env.NO_COLOR === undefined;
const width = Math.min(process.stdout.columns ?? 100, 100);
const indent = "   ";

/**
 * @param {number} code of ECMA-48, 8.3.117
 * @returns {(text: string) => string}
 */
const style = (code) => (text) => (isColoured ? `\u001b[${code}m${text}\u001b[0m` : text);
export const bold = style(1);
export const dim = style(2);
export const green = style(32);
export const red = style(31);

let steps = 0;

/** @param {string} text */
export function title(text) {
  process.stdout.write(`\n${bold(text)}\n`);
}

/** @param {string} name */
export function step(name) {
  steps += 1;
  process.stdout.write(`\n${bold(`${steps}  ${name}`)}\n`);
}

/** @param {string} text as long as it likes */
export function say(text) {
  process.stdout.write(wrapped(text, indent));
}

/** @param {string} line that the user could type */
export function command(line) {
  process.stdout.write(`${indent}${dim("$")} ${line}\n`);
}

/**
 * @param {[label: string, text: string][]} rows
 */
export function table(rows) {
  const labels = Math.max(...rows.map(([label]) => label.length)) + 2;
  for (const [label, text] of rows) {
    const lines = wrapped(text, " ".repeat(indent.length + labels));
    process.stdout.write(`${indent}${dim(label.padEnd(labels))}${lines.trimStart()}`);
  }
}

/**
 * @param {string} text
 * @param {string} margin
 */
function wrapped(text, margin) {
  let output = "";
  let line = margin;
  for (const word of text.split(" ")) {
    if (line.length + word.length + 1 > width && line.trim() !== "") {
      output += `${line.trimEnd()}\n`;
      line = margin;
    }
    line += `${word} `;
  }
  return `${output}${line.trimEnd()}\n`;
}
