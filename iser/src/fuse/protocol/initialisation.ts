/** The version of the interface that is spoken here (fuse_kernel.h, FUSE_KERNEL_VERSION): what came later is not used. */
export const major = 7;
export const minor = 31;

/** FUSE_MAX_PAGES, without which a request carries 128 KiB at most, came with 7.28 (Linux 4.20). */
export const oldestMinor = 28;

/** Flags of FUSE_INIT. */
export const InitFlag = {
  /** Several reads at a time. */
  asyncRead: 1 << 0,
  /** Writes longer than a page. */
  bigWrites: 1 << 5,
  /** Direct I/O that is submitted asynchronously, as a loop device does, is not done one by one. */
  asyncDirectIo: 1 << 15,
  /** `maxPages` of the answer is looked at. */
  maxPages: 1 << 22,
} as const;

const wanted = InitFlag.asyncRead | InitFlag.bigWrites | InitFlag.asyncDirectIo | InitFlag.maxPages;

/** struct fuse_init_in, as far as it is looked at: major, minor, max_readahead, flags. */
export const initialisationBytes = 16;

/** What the kernel offers. */
export interface Offer {
  readonly major: number;
  readonly minor: number;
  readonly maxReadahead: number;
  readonly flags: number;
}

/** The offer whose body is at `at`. A kernel of another major version says nothing else that could be understood. */
export function readOffer(view: DataView, at: number): Offer {
  return {
    major: view.getUint32(at, true),
    minor: view.getUint32(at + 4, true),
    maxReadahead: view.getUint32(at + 8, true),
    flags: view.getUint32(at + 12, true),
  };
}

/** struct fuse_init_out since 7.23. */
export const agreementBytes = 64;

const pageBytes = 4096;

/** Writes the answer to an offer. `maxBackground` is how many asynchronous requests the kernel has under way. */
export function writeAgreement(view: DataView, at: number, offer: Offer, maxTransferBytes: number, maxBackground: number): void {
  for (let word = 0; word < agreementBytes; word += 4) view.setUint32(at + word, 0);
  view.setUint32(at, major, true);
  view.setUint32(at + 4, Math.min(minor, offer.minor), true);
  view.setUint32(at + 8, offer.maxReadahead, true);
  view.setUint32(at + 12, offer.flags & wanted, true);
  view.setUint16(at + 16, maxBackground, true);
  view.setUint16(at + 18, Math.floor((maxBackground * 3) / 4), true);
  view.setUint32(at + 20, maxTransferBytes, true);
  view.setUint32(at + 24, 1, true);
  view.setUint16(at + 28, maxTransferBytes / pageBytes, true);
}

/** Writes the answer to a kernel of a later major version, which then speaks ours: only what we speak. */
export function writeVersion(view: DataView, at: number): void {
  for (let word = 0; word < agreementBytes; word += 4) view.setUint32(at + word, 0);
  view.setUint32(at, major, true);
  view.setUint32(at + 4, minor, true);
}
