/**
 * Initiator connection states under the names and numbers of RFC 7143, 8.1.3. S3 (XPT_UP) is a target's state only.
 *
 * - S1 free: no transport, and none asked for.
 * - S2 transport wait: the transport is being connected.
 * - S4 in login: Login PDUs are exchanged.
 * - S5 logged in: full feature phase.
 * - S6 in logout: our Logout Request waits for its answer.
 * - S7 logout requested: the target asked for a logout (Async Message 1); work drains, then S6.
 * - S8 cleanup wait: the transport failed or was dropped; what is left is handed back.
 */
export type ConnectionState =
  | "S1-free"
  | "S2-xpt-wait"
  | "S4-in-login"
  | "S5-logged-in"
  | "S6-in-logout"
  | "S7-logout-requested"
  | "S8-cleanup-wait";
