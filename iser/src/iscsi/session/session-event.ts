/** What a target says without being asked, and what it refused (RFC 7143, 11.9 and 11.17). Times in seconds, as on the wire; LUN fields are eight bytes. */
export type SessionEvent =
  | { readonly kind: "scsi"; readonly lun: Uint8Array; readonly sense: Uint8Array }
  | { readonly kind: "logout-requested"; readonly withinS: number }
  | { readonly kind: "dropped"; readonly time2Wait: number; readonly time2Retain: number }
  | { readonly kind: "negotiation-requested"; readonly withinS: number }
  | { readonly kind: "tasks-terminated"; readonly lun: Uint8Array }
  | { readonly kind: "rejected"; readonly reason: string; readonly pdu: string }
  | { readonly kind: "vendor"; readonly code: number };
