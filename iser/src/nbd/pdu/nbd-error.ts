import type { BlockErrorCode } from "#block";

/** Error values: what a reply may say went wrong. */
export const NbdError = { EPERM: 1, EIO: 5, ENOMEM: 12, EINVAL: 22, ENOSPC: 28, EOVERFLOW: 75, ENOTSUP: 95, ESHUTDOWN: 108 } as const;
export type NbdError = (typeof NbdError)[keyof typeof NbdError];

const errorOfBlockError: Readonly<Record<BlockErrorCode, NbdError>> = {
  EIO: NbdError.EIO,
  EINVAL: NbdError.EINVAL,
  ENOSPC: NbdError.ENOSPC,
  EPERM: NbdError.EPERM,
  // A reservation conflict: the medium is well, this client may not.
  EBUSY: NbdError.EPERM,
  ENOTSUP: NbdError.ENOTSUP,
  ENOMEM: NbdError.ENOMEM,
  EILSEQ: NbdError.EIO,
  ESHUTDOWN: NbdError.ESHUTDOWN,
  ECANCELED: NbdError.EIO,
};

/** How a device's error is told to a client. */
export function nbdErrorOf(code: BlockErrorCode): NbdError {
  return errorOfBlockError[code];
}

const blockErrorOfError: Readonly<Record<number, BlockErrorCode>> = {
  [NbdError.EPERM]: "EPERM",
  [NbdError.ENOMEM]: "ENOMEM",
  [NbdError.EINVAL]: "EINVAL",
  [NbdError.ENOSPC]: "ENOSPC",
  [NbdError.EOVERFLOW]: "EINVAL",
  [NbdError.ENOTSUP]: "ENOTSUP",
  [NbdError.ESHUTDOWN]: "ESHUTDOWN",
};

/** How a server's error is told to the users of a device; numbers that the protocol does not have mean EIO. */
export function blockErrorCodeOf(error: number): BlockErrorCode {
  return blockErrorOfError[error] ?? "EIO";
}
