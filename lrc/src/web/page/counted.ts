/** "1 finding", "3 findings". */
export function countedFindings(count: number): string {
  return `${count} ${count === 1 ? "finding" : "findings"}`;
}
