/**
 * Connection states of a target under the names and numbers of RFC 7143, 8.1. S2 (XPT_WAIT) is an initiator's state only.
 *
 * - S1 free: no transport, and nothing left of one.
 * - S3 transport up: connected; the first Login Request has not come.
 * - S4 in login: Login PDUs are exchanged.
 * - S5 logged in: full feature phase.
 * - S6 in logout: a Logout Request came; its response waits for the tasks to become quiet, or has been sent.
 * - S7 logout requested: we asked for a logout (Async Message 1) and wait for the request.
 * - S8 cleanup wait: the transport is gone or was given up; tasks are still becoming quiet.
 */
export type ConnectionState =
  | "S1-free"
  | "S3-xpt-up"
  | "S4-in-login"
  | "S5-logged-in"
  | "S6-in-logout"
  | "S7-logout-requested"
  | "S8-cleanup-wait";
