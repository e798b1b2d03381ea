import { UserError } from "kit/cli";
import type { Logger } from "kit/log";
import { ControlError, type SessionConfig } from "#control";
import type { ConfiguredSessions } from "./configured-sessions.ts";
import type { Loader } from "./load.ts";
import type { Supervisor } from "./supervisor.ts";

/** What SIGHUP reads and changes. */
interface ReloadParts {
  readonly loader: Loader;
  readonly configured: ConfiguredSessions;
  readonly supervisor: Supervisor;
  readonly log: Logger;
}

/** Reads both files again and brings about what is new in them. An error in either changes nothing: half of what was meant may be worse than none. */
export function reload({ loader, configured, supervisor, log }: ReloadParts): void {
  try {
    const variables = loader.plan();
    const { sessions, apply } = configured.plan();
    variables.apply();
    apply();
    for (const { name, value } of variables.changes) log.info("variable set", { name, value });
    log.info("files read again", {
      variables: variables.changes.length,
      added: sessions.add.length,
      removed: sessions.remove.length,
      changed: sessions.change.length,
    });
    for (const config of sessions.remove) remove(config, supervisor, log);
    for (const { from, to } of sessions.change) change(from, to, supervisor, log);
    for (const config of sessions.add) add(config, supervisor, log);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log.error("nothing was changed, because a file cannot be used", { reason: error.message, nextStep: error.nextStep });
  }
}

function add(session: SessionConfig, supervisor: Supervisor, log: Logger): void {
  supervisor.add({ session }, (result) => warnOf(result, "a session cannot be added", session, log));
}

function remove(session: SessionConfig, supervisor: Supervisor, log: Logger): void {
  const { targetName, targetAddress } = session;
  supervisor.remove({ all: false, targetName, targetAddress }, (result) => warnOf(result, "a session cannot be removed", session, log));
}

/** A session that nobody had added is none that can be changed: adding it is for iscsictl. */
function change(from: SessionConfig, to: SessionConfig, supervisor: Supervisor, log: Logger): void {
  const found = supervisor.sessions().find((status) => {
    return status.sessionType === from.sessionType && status.targetName === from.targetName && status.targetAddress === from.targetAddress;
  });
  if (found === undefined) {
    log.info("a session that changed in the file is not there", { target: from.targetName, portal: from.targetAddress });
    return;
  }
  const request = { sessionId: found.sessionId, changes: undefined, replacement: to };
  supervisor.modify(request, (result) => warnOf(result, "a session cannot be changed", to, log));
}

function warnOf(result: object, message: string, { targetName, targetAddress }: SessionConfig, log: Logger): void {
  if (result instanceof ControlError) log.warn(message, { target: targetName, portal: targetAddress, reason: result.message });
}
