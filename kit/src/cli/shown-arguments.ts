/**
 * Has ps(1) and /proc show `shown` as the arguments of this process, in place of those that it was started with: a secret among them is for everybody on the machine to
 * see otherwise, for as long as the program runs. There is room for as many bytes as there were; what is longer is cut off.
 */
export function showArguments(program: string, shown: readonly string[]): void {
  const given = process.argv.slice(2);
  if (shown.length === given.length && shown.every((argument, index) => argument === given[index])) return;
  process.title = [program, ...shown].join(" ");
}
