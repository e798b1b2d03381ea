/** Flags without a value may stand before `s` in one argument: `-As secret`, `-Assecret`. */
const secretOption = /^-[AMRLarv]*s/;

/** The arguments as other users of the machine may see them: without the secret of `-s`. */
export function withoutSecret(argv: readonly string[]): readonly string[] {
  return argv.map((argument, index) => {
    const before = argv[index - 1];
    if (before !== undefined && secretOption.exec(before)?.[0] === before) return "***";
    const option = secretOption.exec(argument)?.[0];
    return option === undefined || option === argument ? argument : `${option}***`;
  });
}
