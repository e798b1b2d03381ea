/**
 * What both ends say of themselves while they connect: four bytes of private data, one of flags and three reserved (the CM header of the IB annex A12, which
 * iWARP peers send too). A peer that sends none is taken to say both "not".
 */

const zeroBasedNotSupported = 0x80;
const invalidateNotSupported = 0x40;

/** Our own: addresses are not zero-based; remote invalidation as asked. */
export function connectionData(options: { readonly remoteInvalidation: boolean }): Uint8Array {
  return Uint8Array.of(zeroBasedNotSupported | (options.remoteInvalidation ? 0 : invalidateNotSupported), 0, 0, 0);
}

/** Whether the sender of `privateData` takes part in remote invalidation (Send with Invalidate). */
export function supportsRemoteInvalidation(privateData: Uint8Array): boolean {
  const flags = privateData[0];
  return flags !== undefined && (flags & invalidateNotSupported) === 0;
}
