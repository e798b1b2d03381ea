import type { ProcessIdentity } from "./process-identity.ts";

/** The ways to a device in /dev: the kernel's own NBD client, or a file of ours on FUSE with a loop device on it. */
export const frontEnds = ["nbd", "fuse"] as const;
export type FrontEnd = (typeof frontEnds)[number];

/** What is attached. A URL may hold a password, which is why it is not kept. */
export type AttachmentSource =
  | { readonly kind: "nbd"; readonly socket: string; readonly exportName: string }
  | { readonly kind: "device"; readonly spec: string };

/** What a keeper is to do. */
export interface AttachmentOrder {
  readonly name: string;
  readonly source: AttachmentSource;
  /** The source as anybody may read it. */
  readonly description: string;
  readonly via: FrontEnd;
  readonly readOnly: boolean;
  /** The attachment's own folder. */
  readonly folder: string;
}

/** What is known of an attachment, as its folder keeps it. */
export interface Attachment {
  readonly name: string;
  readonly description: string;
  readonly via: FrontEnd;
  /** The device in /dev; absent while it is being made. */
  readonly path?: string | undefined;
  /** The file below a loop device. */
  readonly file?: string | undefined;
  readonly size?: number | undefined;
  readonly blockSize?: number | undefined;
  readonly readOnly: boolean;
  /** Who keeps it alive. */
  readonly keeper: ProcessIdentity;
}

/** What a keeper answers to its order. */
export type KeeperAnswer = { readonly attachment: Attachment } | { readonly error: string; readonly nextStep?: string | undefined };
