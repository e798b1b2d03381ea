import type { BlockErrorCode } from "#block";

/** Error numbers of Linux, as a reply carries them (negated). */
export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  EIO: 5,
  ENOMEM: 12,
  EBUSY: 16,
  EINVAL: 22,
  ENOSPC: 28,
  EROFS: 30,
  ENOSYS: 38,
  EPROTO: 71,
  EOPNOTSUPP: 95,
} as const;
export type Errno = (typeof Errno)[keyof typeof Errno];

const errnoOfBlockError: Readonly<Record<BlockErrorCode, Errno>> = {
  EIO: Errno.EIO,
  EINVAL: Errno.EINVAL,
  ENOSPC: Errno.ENOSPC,
  EPERM: Errno.EPERM,
  EBUSY: Errno.EBUSY,
  ENOTSUP: Errno.EOPNOTSUPP,
  ENOMEM: Errno.ENOMEM,
  EILSEQ: Errno.EIO,
  ESHUTDOWN: Errno.EIO,
  ECANCELED: Errno.EIO,
};

/** How a device's error is told to the kernel. */
export function errnoOf(code: BlockErrorCode): Errno {
  return errnoOfBlockError[code];
}
