import { UsageError } from "kit/cli";
import { Secret } from "kit/log";
import { credentialsOf, type IscsiUrl, refusesCredentials, UrlError } from "#initiator";

/** What libiscsi's tools take CHAP from when the URL says nothing of it: users of those have it in their environment. */
const ours = { user: "LIBISCSI_CHAP_USERNAME", password: "LIBISCSI_CHAP_PASSWORD" } as const;
/** Mutual CHAP: what the target must prove to know. */
const theirs = { user: "LIBISCSI_CHAP_TARGET_USERNAME", password: "LIBISCSI_CHAP_TARGET_PASSWORD" } as const;

/** The longest value of a key of a login, in bytes (RFC 7143, 6.1). */
const longestUser = 255;

type Environment = Readonly<Partial<Record<string, string>>>;

interface Pair {
  readonly user: string;
  readonly password: Secret<string>;
}

/**
 * The URL with the credentials of the environment, when it names no user. A URL that does says all of it, but for the password, which may be left to the environment: there nobody reads it in a
 * list of processes. A variable without anything in it is none.
 *
 * @throws UsageError that names what is missing or too much, in the URL or in a variable, and never shows what is in one.
 */
export function withChapVariables(url: IscsiUrl, environment: Environment = {}): IscsiUrl {
  const whole = completed(url, environment);
  try {
    credentialsOf(whole);
  } catch (error) {
    throw error instanceof UrlError ? new UsageError(error.message, { cause: error }) : error;
  }
  return whole;
}

/**
 * Opens what the URL names with the credentials of the environment, as {@link withChapVariables} has it. Those are for whoever asks for them: a target that needs none, and refuses who insists on
 * a proof, is opened without, as by libiscsi's tools; not so one that is to prove itself.
 */
export async function openWithChapVariables<T>(
  url: IscsiUrl,
  environment: Environment | undefined,
  open: (url: IscsiUrl) => Promise<T>,
): Promise<T> {
  const whole = withChapVariables(url, environment);
  if (whole === url || url.user !== undefined || whole.targetUser !== undefined) return open(whole);
  try {
    return await open(whole);
  } catch (refusal) {
    if (!refusesCredentials(refusal)) throw refusal;
    try {
      return await open(url);
    } catch {
      throw refusal; // the target does want credentials, and not these
    }
  }
}

function completed(url: IscsiUrl, environment: Environment): IscsiUrl {
  if (url.user === undefined) return withPairs(url, pairOf(ours, environment), environment);
  if (url.password !== undefined) return url;
  const password = variable(ours.password, environment);
  if (password === undefined) {
    throw new UsageError(`the URL names the user "${url.user}" and no password`, {
      nextStep: `write ${url.user}%password@host, or set ${ours.password}`,
    });
  }
  const user = variable(ours.user, environment);
  if (user !== undefined && user !== url.user) {
    throw new UsageError(`the URL names the user "${url.user}" and no password, and ${ours.password} is for another user (${ours.user})`, {
      nextStep: `leave the user out of the URL, or unset ${ours.user}`,
    });
  }
  return withPairs(url, { user: url.user, password: new Secret(password) }, environment);
}

function withPairs(url: IscsiUrl, own: Pair | undefined, environment: Environment): IscsiUrl {
  const target = url.targetUser === undefined ? pairOf(theirs, environment) : undefined;
  if (own === undefined) {
    if (target === undefined) return url;
    throw new UsageError(`${theirs.user} and ${theirs.password} are set, and no user of ours is: mutual CHAP starts with our own`, {
      nextStep: `set ${ours.user} and ${ours.password} too`,
    });
  }
  if (target === undefined) return { ...url, ...own };
  if (target.password.reveal() === own.password.reveal()) {
    throw new UsageError(`${ours.password} and ${theirs.password} are the same`, {
      nextStep: "whoever knows one secret must not know the other (RFC 7143, 9.2.1)",
    });
  }
  return { ...url, ...own, targetUser: target.user, targetPassword: target.password };
}

function pairOf(names: typeof ours | typeof theirs, environment: Environment): Pair | undefined {
  const user = variable(names.user, environment);
  const password = variable(names.password, environment);
  if (user === undefined && password === undefined) return undefined;
  if (user === undefined) throw halfSet(names.password, names.user);
  if (password === undefined) throw halfSet(names.user, names.password);
  const bytes = Buffer.byteLength(user);
  if (bytes > longestUser) throw new UsageError(`${names.user} is ${bytes} bytes long; at most ${longestUser} are allowed`);
  return { user, password: new Secret(password) };
}

function halfSet(set: string, unset: string): UsageError {
  return new UsageError(`${set} is set and ${unset} is not`, { nextStep: "set both or none, or write user%password@ into the URL" });
}

function variable(name: string, environment: Environment): string | undefined {
  const value = environment[name];
  return value === "" ? undefined : value;
}
