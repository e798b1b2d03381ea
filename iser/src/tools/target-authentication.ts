import { UsageError } from "kit/cli";
import type { ChapIdentity, TargetAuthentication } from "#iscsi";

/** Where users and secrets are taken from: a flag, or else a variable, for secrets that no list of processes should show. */
export interface SecretSource {
  readonly flag: string;
  readonly variable: string;
}

/** What initiators prove, by these users (the flag's, or else the variable's one), and what the target proves in return. */
export function targetAuthentication(
  env: Readonly<Partial<Record<string, string>>>,
  chap: SecretSource & { readonly given: readonly string[] | undefined },
  mutual: SecretSource & { readonly given: string | undefined },
): TargetAuthentication {
  const users = (chap.given ?? fromEnvironment(env[chap.variable])).map((text) => parseIdentity(text, chap));
  const [own] = (mutual.given === undefined ? fromEnvironment(env[mutual.variable]) : [mutual.given]).map((text) =>
    parseIdentity(text, mutual),
  );
  if (users.length === 0) {
    if (own === undefined) return { kind: "none" };
    throw new UsageError("mutual CHAP needs CHAP, because an initiator proves itself first", { nextStep: `add ${chap.flag} USER:SECRET` });
  }
  const twice = users.find(({ user }, at) => users.findIndex((other) => other.user === user) !== at);
  if (twice !== undefined) throw new UsageError(`${chap.flag} names ${twice.user} twice`, { nextStep: "a user has one secret" });
  // RFC 7143, 12.1.4.
  const sharing = users.find(({ secret }) => secret === own?.secret);
  if (sharing !== undefined) {
    throw new UsageError(`the secret of ${sharing.user} is also the target's own`, {
      nextStep: "with one secret for both, each could answer as the other",
    });
  }
  const secrets = new Map(users.map(({ user, secret }) => [user, secret]));
  return { kind: "chap", secretOf: (user) => secrets.get(user), mutual: own };
}

function fromEnvironment(value: string | undefined): readonly string[] {
  return value === undefined || value === "" ? [] : [value];
}

/** Never repeats its argument, which holds a secret. */
function parseIdentity(text: string, { flag, variable }: SecretSource): ChapIdentity {
  const colon = text.indexOf(":");
  if (colon < 1 || colon === text.length - 1) {
    throw new UsageError(`${flag} takes a user and a secret`, { nextStep: `write USER:SECRET, or set ${variable} to that` });
  }
  return { user: text.slice(0, colon), secret: text.slice(colon + 1) };
}
