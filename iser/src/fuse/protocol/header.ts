/** struct fuse_in_header: len, opcode, unique (64), nodeid (64), uid, gid, pid, total_extlen (16), padding (16). */
export const requestHeaderBytes = 40;

/** struct fuse_out_header: len, error (signed), unique (64). */
export const replyHeaderBytes = 16;

export const requestLength = (view: DataView): number => view.getUint32(0, true);
export const requestOpcode = (view: DataView): number => view.getUint32(4, true);

/** Whether the request is about the root, which is the one file there is. */
export function isAboutRoot(view: DataView): boolean {
  return view.getUint32(16, true) === 1 && view.getUint32(20, true) === 0;
}

/** Makes the header of a request that of its reply, in place: `unique` is where it was. `error` is 0 or an error number below zero. */
export function writeReplyHeader(view: DataView, length: number, error: number): void {
  view.setUint32(0, length, true);
  view.setInt32(4, error, true);
}
