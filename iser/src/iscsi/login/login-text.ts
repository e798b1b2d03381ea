/** Bytes of a data segment during login, either way (RFC 7143, 13.12). */
export const loginSegmentLength = 8192;

/** Bytes of one text in a login, over however many PDUs. The longest honest one, a challenge of 1024 bytes among all other keys, is below 8192. */
export const maxLoginTextBytes = 65_536;

/** PDUs that one end sends in a login. An honest one needs fewer than ten; this many mean that the other end goes round in circles. */
export const maxLoginPdus = 64;

/** What this implementation speaks (RFC 7143, 11.12.4). */
export const iscsiVersion = 0;
