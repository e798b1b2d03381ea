import type { ChapAlgorithm } from "../login/chap-credentials.ts";
import type { LoginError } from "../login/login-error.ts";
import type { LoginStep } from "../login/login-initiator.ts";

/** How a connection ended, and so what its owner may do next. */
export type ConnectionEnd =
  /** We logged out and the target agreed, or the owner closed it. */
  | { readonly kind: "logged-out" }
  /** The login failed; `error` names class, detail and key. */
  | { readonly kind: "login-failed"; readonly error: LoginError }
  /** The target may have choked on our list of CHAP algorithms: try once more with these. */
  | { readonly kind: "retry-login"; readonly algorithms: readonly ChapAlgorithm[]; readonly error: LoginError }
  /** The target moved (RFC 7143, 11.13.5): go there instead. */
  | { readonly kind: "redirected"; readonly address: string; readonly permanent: boolean }
  /** The target broke the protocol or stopped answering. */
  | { readonly kind: "failed"; readonly error: Error }
  /** The transport could not be made, or was lost. */
  | { readonly kind: "lost"; readonly error: Error }
  /** The target said it would drop the connection or session; come back after the wait. */
  | { readonly kind: "dropped"; readonly waitS: number };

/** How a connection ends whose login came to nothing. */
export function endOf(step: Exclude<LoginStep, { kind: "send" | "done" }>): ConnectionEnd {
  switch (step.kind) {
    case "redirect":
      return { kind: "redirected", address: step.address, permanent: step.permanent };
    case "retry":
      return { kind: "retry-login", algorithms: step.algorithms, error: step.error };
    case "failed":
      return { kind: "login-failed", error: step.error };
  }
}

/** The longest wait that a target may ask for, in seconds: what DefaultTime2Wait can be (RFC 7143, 13.15). */
const maxTime2WaitS = 3600;

/** The target wants us away for a while. */
export function dropped(time2Wait: number): ConnectionEnd {
  return { kind: "dropped", waitS: Math.min(time2Wait, maxTime2WaitS) };
}
