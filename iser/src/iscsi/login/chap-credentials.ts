/** CHAP digest algorithms (RFC 7143, 12.1.3, and the IANA registry of PPP authentication algorithms). */
export type ChapAlgorithm = "md5" | "sha1" | "sha256" | "sha3-256";

/** A name and the secret that proves it. */
export interface ChapIdentity {
  readonly user: string;
  readonly secret: string;
}

/** How an initiator proves itself, and how the target has to. */
export interface InitiatorCredentials extends ChapIdentity {
  /** Mutual CHAP: who the target must prove to be. Its secret must differ from ours (RFC 7143, 9.2.1). */
  readonly mutual?: ChapIdentity | undefined;
  /** What to offer, in order of preference; all four, strongest first, unless narrowed. */
  readonly algorithms?: readonly ChapAlgorithm[] | undefined;
}

/** What a target demands of initiators. */
export type TargetAuthentication =
  | { readonly kind: "none" }
  | {
      readonly kind: "chap";
      /** The secret of a user, or undefined for one who is not known. */
      readonly secretOf: (user: string) => string | undefined;
      /** Who the target is to initiators that demand proof. */
      readonly mutual?: ChapIdentity | undefined;
      readonly algorithms?: readonly ChapAlgorithm[] | undefined;
    };
