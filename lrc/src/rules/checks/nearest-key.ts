/** The one of `known` that `name` is most likely a slip of, or undefined when none is near. */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  const wanted = name.slice(0, 40).toLowerCase();
  const ranked = known
    .map((key) => ({ key, distance: editsBetween(wanted, key.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.key.length / 2)) ? best.key : undefined;
}

/** How many characters have to be put in, taken out or replaced (Levenshtein). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 0; i < a.length; i += 1) {
    const above = row;
    row = [i + 1];
    for (let j = 0; j < b.length; j += 1) row.push(Math.min(above[j + 1]! + 1, row[j]! + 1, above[j]! + (a[i] === b[j] ? 0 : 1)));
  }
  return row.at(-1) ?? 0;
}
