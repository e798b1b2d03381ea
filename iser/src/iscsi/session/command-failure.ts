import { operationName, type ScsiCommand, ScsiTransportError } from "#scsi";
import type { GivingUp } from "./task-table.ts";

/** What a command is told that ends without a status. `mayHaveExecuted` is false only when it was certainly never sent. */
export function failure(reason: ScsiTransportError["reason"], message: string, mayHaveExecuted: boolean): ScsiTransportError {
  return new ScsiTransportError(reason, message, { mayHaveExecuted });
}

/** There is no connection, and commands are not to wait for one. */
export function disconnected(mayHaveExecuted: boolean): ScsiTransportError {
  return failure(
    "disconnected",
    "there is no connection to the target, and commands are not to wait for one (fail_on_disconnection)",
    mayHaveExecuted,
  );
}

/** The connection was lost under a command that must not be executed twice. */
export function unrepeatable({ cdb }: ScsiCommand): ScsiTransportError {
  const what = operationName(cdb);
  return failure(
    "disconnected",
    `the connection was lost under a ${what}, which the target may have executed; it is not sent again by itself`,
    true,
  );
}

/** The end of a task that was given up. `rejectedFor` is what the target had against one that it rejected. */
export function givenUp(why: GivingUp, rejectedFor: string): ScsiTransportError {
  switch (why) {
    case "aborted":
      return failure("aborted", "the command was aborted", true);
    case "timed-out":
      return failure("timed-out", "the target did not answer the command in time; it was aborted", true);
    case "reset":
      return failure("reset", "the command was ended by a reset of its logical unit or target", true);
    case "rejected":
      return failure("protocol", `the target rejected the command's PDU: ${rejectedFor} (RFC 7143, 11.17.1)`, true);
  }
}
