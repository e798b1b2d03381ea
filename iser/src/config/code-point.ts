/** Differentiated services code points that have names: RFC 2474 (cs), 2597 (af), 3246 (ef). */
export const codePoints: ReadonlyMap<string, number> = new Map([
  ["be", 0],
  ["ef", 46],
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((selector): [string, number] => [`cs${selector}`, selector << 3]),
  ...[1, 2, 3, 4].flatMap((forwarding) =>
    [1, 2, 3].map((drop): [string, number] => [`af${forwarding}${drop}`, (forwarding << 3) | (drop << 1)]),
  ),
]);
