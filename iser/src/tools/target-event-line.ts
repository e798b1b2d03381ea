import type { TargetEvent } from "#target";

/** An event as one line for people. */
export function targetEventLine(event: TargetEvent): string {
  switch (event.event) {
    case "connected":
      return `${event.peer}: connected`;
    case "turned-away":
      return `${event.peer}: turned away, ${event.why}`;
    case "session-opened":
    case "session-continued":
    case "session-closed": {
      const { peer, initiatorName, sessionType, tsih, user } = event.session;
      const who = user === undefined ? initiatorName : `${initiatorName} (${user})`;
      return `${peer}: ${sessionType} session ${tsih} of ${who} ${event.event.slice("session-".length)}`;
    }
    case "rejected":
      return `${event.peer}: rejected ${event.opcode}, ${event.reason}`;
    case "disconnected": {
      const why = whyEnded(event);
      return `${event.peer}: disconnected, ${event.ending.kind}${why === undefined ? "" : `: ${why}`}`;
    }
  }
}

/** An event as a value for programs: its errors are sentences. */
export function targetEventRecord(event: TargetEvent): object {
  if (event.event !== "disconnected") return event;
  return { event: event.event, peer: event.peer, ending: event.ending.kind, why: whyEnded(event) };
}

function whyEnded({ ending }: Extract<TargetEvent, { event: "disconnected" }>): string | undefined {
  switch (ending.kind) {
    case "logged-out":
      return undefined;
    case "redirected":
      return ending.address;
    case "dropped":
      return ending.why;
    case "lost":
      return ending.cause?.message;
    case "failed":
    case "login-failed":
      return ending.error.message;
  }
}
