/**
 * What is wrong with the permissions of a file that holds secrets, if anything. `mode` as stat(2) has it.
 */
export function loosePermissions(mode: number): string | undefined {
  const loose = [
    [0o004, "read"],
    [0o002, "write"],
    [0o001, "execute"],
  ] as const;
  const may = loose.filter(([bit]) => (mode & bit) !== 0).map(([, verb]) => verb);
  return may.length === 0 ? undefined : `everybody may ${may.join(" and ")} it`;
}
