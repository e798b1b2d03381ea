const hidden = "***";

/** Flags whose value is USER:SECRET. */
const credentialFlag = /^--(?:discovery-?)?(?:chap|mutual)(?=$|=)/i;

/** The arguments as other users of the machine may see them: without the passwords of URLs, and without what follows the user's name in --chap and its like. */
export function withoutSecrets(argv: readonly string[]): readonly string[] {
  return argv.map((argument, index) => {
    if (credentialFlag.test(argv[index - 1] ?? "") && !argv[index - 1]?.includes("=")) return withoutSecret(argument);
    const flag = credentialFlag.exec(argument)?.[0];
    if (flag !== undefined) return argument === flag ? argument : `${flag}=${withoutSecret(argument.slice(flag.length + 1))}`;
    return argument.replace(/(:\/\/[^/@%[]*%).*@/g, `$1${hidden}@`).replace(/(target_password=)[^&]*/g, `$1${hidden}`);
  });
}

function withoutSecret(credentials: string): string {
  const colon = credentials.indexOf(":");
  return colon < 0 ? hidden : credentials.slice(0, colon + 1) + hidden;
}
