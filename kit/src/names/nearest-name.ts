/**
 * The one of `known` that `name` is most likely a slip of, whatever its capitals; undefined where none is near enough. A third of the characters may be wrong, and
 * two neighbours that changed places count as one.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.slice(0, longestName).toLowerCase();
  const [best] = known
    .map((key) => ({ key, edits: editsBetween(wanted, key.toLowerCase()) }))
    .toSorted((one, other) => one.edits - other.edits);
  return best !== undefined && best.edits <= Math.max(1, Math.floor(Math.max(best.key.length, wanted.length) / 3)) ? best.key : undefined;
}

/** No name that somebody means is longer. */
const longestName = 60;

/** How many characters have to be put in, taken out, replaced or swapped with their neighbour (optimal string alignment). */
function editsBetween(from: string, to: string): number {
  let before: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 0; i < from.length; i += 1) {
    const row = [i + 1];
    for (let j = 0; j < to.length; j += 1) {
      const replaced = above[j]! + (from[i] === to[j] ? 0 : 1);
      const isSwapped = i > 0 && j > 0 && from[i] === to[j - 1] && from[i - 1] === to[j];
      row.push(Math.min(above[j + 1]! + 1, row[j]! + 1, replaced, isSwapped ? before[j - 1]! + 1 : replaced));
    }
    before = above;
    above = row;
  }
  return above.at(-1) ?? 0;
}
