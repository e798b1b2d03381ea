/** A moment on a monotonic clock, in milliseconds since an origin that means nothing. Never wall-clock time. */
export type Instant = number & { readonly __unit?: "Instant" };

/** A span of time in milliseconds. */
export type Duration = number & { readonly __unit?: "Duration" };
