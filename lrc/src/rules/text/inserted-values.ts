/** A text that a statement puts into a column. `index` is the place of the value, from 0. */
interface InsertedValue {
  readonly column: string;
  readonly value: string;
  readonly index: number;
}

const insertion = /\binsert[ \t]+(?:ignore[ \t]+)?into[ \t]+[\w."`[\]]{1,100}[ \t]{0,4}\(([^()]{1,1000})\)[ \t]{0,4}values?[ \t]{0,4}/i;
/** One value of a row: a text, or anything else up to the next comma. A call may have commas of its own. */
const item = /[ \t]{0,4}(?:[NEnexX]?'((?:[^'\\\n]|''|\\.){0,1000})'|((?:[^',()]|\([^()]{0,200}\)){0,200}))[ \t]{0,4}([,)])/y;

/** The texts that an INSERT in this line gives to the columns it names. */
export function insertedValuesIn(line: string): readonly InsertedValue[] {
  const statement = insertion.exec(line);
  if (statement === null) return [];
  const columns = statement[1]!.split(",").map((column) => column.replace(/["'`[\]\s]/g, ""));
  const found: InsertedValue[] = [];
  let at = statement.index + statement[0].length;
  while (line[at] === "(") {
    at += 1;
    for (let place = 0; ; place += 1) {
      item.lastIndex = at;
      const match = item.exec(line);
      if (match === null) return found;
      const column = columns[place];
      if (column !== undefined && match[1] !== undefined) found.push({ column, value: match[1], index: at + match[0].indexOf("'") + 1 });
      at = item.lastIndex;
      if (match[3] === ")") break;
    }
    at += /^[ \t]{0,4},?[ \t]{0,4}/.exec(line.slice(at, at + 12))![0].length;
  }
  return found;
}
