import { getSystemErrorMap } from "node:util";
import { BlockError, type BlockErrorCode } from "./block-device.ts";

const codes: ReadonlyMap<string | undefined, BlockErrorCode> = new Map([
  ["ENOSPC", "ENOSPC"],
  ["EDQUOT", "ENOSPC"],
  ["EFBIG", "ENOSPC"],
  ["EPERM", "EPERM"],
  ["EACCES", "EPERM"],
  ["EROFS", "EPERM"],
  ["ENOMEM", "ENOMEM"],
  ["EISDIR", "EINVAL"],
]);

/** What the operating system said about a file, in a block device's words. */
export function fileError(action: string, path: string, error: NodeJS.ErrnoException): BlockError {
  const words = getSystemErrorMap().get(error.errno ?? 0)?.[1];
  const sentence = words === undefined ? error.message : `${words} (${error.code})`;
  return new BlockError(codes.get(error.code) ?? "EIO", `cannot ${action} ${path}: ${sentence}`, { cause: error });
}
