import { chmodSync, chownSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { sentenceOf, UserError, type World } from "kit/cli";
import {
  type ConfiguredSession,
  type Diagnostic,
  findNickname,
  formatDiagnostic,
  loosePermissions,
  parseIscsiConfiguration,
} from "#config";

/** Where FreeBSD has it. */
export const defaultConfigurationFile = "/etc/iscsi.conf";

/** Names another file than the usual one. */
export const configurationVariable = "ISCSI_CONF";

/** The file that is meant: the one that was named, else the one of the environment, else FreeBSD's. */
export function configurationPath(named: string | undefined, env: World["env"]): string {
  return named ?? (env[configurationVariable] || defaultConfigurationFile);
}

/** @throws UserError */
export function readConfigurationFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`${path}: ${sentenceOf(error)}`, {
      nextStep: "name another file with -c; iscsi.conf(5) says what is in one",
      cause: error,
    });
  }
}

/** What everybody should know who reads this file: that its secrets are no secrets. */
export function permissionWarning(path: string): string | undefined {
  const loose = loosePermissions(statSync(path).mode);
  return loose === undefined ? undefined : `${path}: warning: ${loose}, and it can hold secrets; chmod o= ${path}`;
}

/** Puts other text in the place of a file's, in one step, with the permissions it has. */
export function replaceFile(path: string, content: string): void {
  const file = realpathSync(path);
  const { mode, uid, gid } = statSync(file);
  let folder: string | undefined;
  try {
    // A folder of its own: another one may be at the same file.
    folder = mkdtempSync(join(dirname(file), `.${basename(file)}.new-`));
    const draft = join(folder, basename(file));
    writeFileSync(draft, content, { mode: 0o600 });
    if (uid !== statSync(draft).uid || gid !== statSync(draft).gid) chownSync(draft, uid, gid);
    chmodSync(draft, mode & 0o7777);
    renameSync(draft, file);
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${sentenceOf(error)}`, { cause: error });
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints diagnostics, each on a line with its place. */
export function printDiagnostics(path: string, diagnostics: readonly Diagnostic[], world: World): void {
  for (const diagnostic of diagnostics) world.stderr.write(formatDiagnostic(path, diagnostic));
}

/**
 * The blocks of a file that sessions are to be made of: one, or all. Warnings are printed.
 *
 * @throws UserError when the file has an error, which is printed, or no such nickname
 */
export function configuredSessions(
  which: { readonly file: string | undefined; readonly nickname: string | undefined },
  world: World,
): readonly ConfiguredSession[] {
  const path = configurationPath(which.file, world.env);
  const { sessions, diagnostics, isWrong } = parseIscsiConfiguration(readConfigurationFile(path));
  const loose = permissionWarning(path);
  if (loose !== undefined) world.stderr.write(`${loose}\n`);
  printDiagnostics(path, diagnostics, world);
  if (isWrong)
    throw new UserError(`${path} has errors, and nothing was done`, { nextStep: "iscsictl --check says when there are none left" });
  if (which.nickname === undefined) {
    if (sessions.length === 0) world.stderr.write(`${path}: warning: there is no session in it\n`);
    return sessions;
  }
  const found = findNickname(sessions, which.nickname);
  if (found !== undefined) return [found];
  const known = sessions.map(({ nickname }) => nickname).join(", ");
  throw new UserError(`target "${which.nickname}" not found in ${path}`, {
    nextStep: known === "" ? "there is no target in it" : `there is ${known}`,
  });
}
