/** How a Login Response ends a login: Status-Class in the high byte, Status-Detail in the low one (RFC 7143, 11.13.5). */
export const LoginStatus = {
  success: 0x0000,
  targetMovedTemporarily: 0x0101,
  targetMovedPermanently: 0x0102,
  initiatorError: 0x0200,
  authenticationFailure: 0x0201,
  authorizationFailure: 0x0202,
  notFound: 0x0203,
  targetRemoved: 0x0204,
  unsupportedVersion: 0x0205,
  tooManyConnections: 0x0206,
  missingParameter: 0x0207,
  cannotIncludeInSession: 0x0208,
  sessionTypeNotSupported: 0x0209,
  sessionDoesNotExist: 0x020a,
  invalidDuringLogin: 0x020b,
  targetError: 0x0300,
  serviceUnavailable: 0x0301,
  outOfResources: 0x0302,
} as const;
export type LoginStatus = (typeof LoginStatus)[keyof typeof LoginStatus];

interface Explanation {
  /** The short reason, as lists of sessions show it. */
  readonly reason: string;
  /** What whoever started the login may do about it. */
  readonly next: string;
}

const explanations = new Map<number, Explanation>([
  [LoginStatus.success, { reason: "Success", next: "nothing to do" }],
  [LoginStatus.targetMovedTemporarily, { reason: "Target moved temporarily", next: "log in at the address it gave" }],
  [LoginStatus.targetMovedPermanently, { reason: "Target moved permanently", next: "log in at the address it gave, and keep that one" }],
  [
    LoginStatus.initiatorError,
    { reason: "Initiator error", next: "the target disliked a request without saying which part; look at its log" },
  ],
  [LoginStatus.authenticationFailure, { reason: "Authentication failure", next: "check the user and secret" }],
  [LoginStatus.authorizationFailure, { reason: "Authorization failure", next: "allow this initiator name at the target" }],
  [LoginStatus.notFound, { reason: "Not found", next: "check the target name; discovery lists what the portal offers" }],
  [LoginStatus.targetRemoved, { reason: "Target removed", next: "the target is gone for good; remove it here as well" }],
  [LoginStatus.unsupportedVersion, { reason: "Unsupported version", next: "this program speaks version 0x00 only" }],
  [LoginStatus.tooManyConnections, { reason: "Too many connections", next: "end another connection of the session first" }],
  [LoginStatus.missingParameter, { reason: "Missing parameter", next: "give an initiator name and a target name" }],
  [LoginStatus.cannotIncludeInSession, { reason: "Can't include in session", next: "log in with a new session" }],
  [LoginStatus.sessionTypeNotSupported, { reason: "Session type not supported", next: "ask another portal" }],
  [LoginStatus.sessionDoesNotExist, { reason: "Session does not exist", next: "log in with a new session" }],
  [
    LoginStatus.invalidDuringLogin,
    { reason: "Invalid during login", next: "the target saw a PDU other than a Login Request; look at its log" },
  ],
  [LoginStatus.targetError, { reason: "Target error", next: "look at the target's log" }],
  [LoginStatus.serviceUnavailable, { reason: "Service unavailable", next: "try again later" }],
  [LoginStatus.outOfResources, { reason: "Out of resources", next: "try again when the target has fewer sessions" }],
]);

const classes = ["Success", "Redirection", "Initiator error", "Target error"];

/** The short reason of a status; one that is not assigned is told by its class (RFC 7143, 11.13.5). */
export function loginStatusReason(status: number): string {
  return explanations.get(status)?.reason ?? classes[status >> 8] ?? "Unknown status";
}

/** What to do after a refusal. */
export function loginStatusAdvice(status: number): string {
  return explanations.get(status)?.next ?? "look at the target's log";
}

/** `0x0201`. */
export function loginStatusCode(status: number): string {
  return `0x${status.toString(16).padStart(4, "0")}`;
}
