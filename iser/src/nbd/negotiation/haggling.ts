import type { ExportSource, NbdExport } from "../export.ts";
import type { OptionReplyType } from "../pdu/option-reply.ts";

/** The one metadata context there is, and the id it gets. */
export const allocationContext = { id: 1, name: "base:allocation" } as const;

/** What one client has agreed with us so far. */
export interface Haggling {
  readonly exports: ExportSource;
  structuredReplies: boolean;
  /** The export, under the name the client used, for which it selected base:allocation. */
  allocationSelectedFor: string | undefined;
}

/** What an option is answered with. */
export interface OptionAnswer {
  readonly replies: readonly { readonly type: OptionReplyType; readonly data?: Buffer }[];
  /** Transmission begins behind the replies, with this export; "abort": the client leaves. */
  readonly outcome?: { readonly transmit: NbdExport; readonly name: string } | "abort";
}

/** Answers one option (one file each). `data` is borrowed. May change what was agreed. */
export type OptionHandler = (haggling: Haggling, data: Buffer) => OptionAnswer;

/** An error with a sentence for the client's user. */
export function refuse(type: OptionReplyType, message: string): OptionAnswer {
  return { replies: [{ type, data: Buffer.from(message, "utf8") }] };
}
