/** The caching mode page, 08h (SBC-4): the two bits that matter to whoever writes. */
export interface CachingPage {
  /** WCE: a write may be done before it is on the medium. */
  readonly writeCacheEnabled: boolean;
  /** RCD: reads come from the medium. */
  readonly readCacheDisabled: boolean;
}

/** The page's parameters, 18 bytes. */
export function buildCachingPage({ writeCacheEnabled, readCacheDisabled }: CachingPage): Uint8Array {
  const parameters = new Uint8Array(0x12);
  parameters[0] = (writeCacheEnabled ? 4 : 0) | (readCacheDisabled ? 1 : 0);
  return parameters;
}

/** Parameters that did not arrive read as zero. */
export function parseCachingPage(parameters: Uint8Array): CachingPage {
  const bits = parameters[0] ?? 0;
  return { writeCacheEnabled: (bits & 4) !== 0, readCacheDisabled: (bits & 1) !== 0 };
}
