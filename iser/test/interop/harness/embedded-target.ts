import { Child } from "./child-process.ts";
import { programs } from "./programs.ts";

/** `iser target`, running. */
export interface EmbeddedTarget {
  /** host:port it listens on. */
  readonly portal: string;
  readonly name: string;
  /** Address of a LUN as libiscsi and `iser` write it; `user` is `name%password`. */
  url(lun: number, user?: string): string;
  readonly process: Child;
}

/**
 * Starts the embedded target on a port the kernel chooses, unless told otherwise, and waits until it says that it is ready. `luns` are as on the command line
 * (`mem:64M`, `disk.img,ro`), numbered from 0; `options` go along (`--chap user:secret`).
 */
export async function startTarget(luns: readonly string[], options: readonly string[] = [], port = 0): Promise<EmbeddedTarget> {
  const name = "iqn.2026-11.test:embedded";
  const process = new Child(programs.iser, [
    "target",
    ...["--listen", `127.0.0.1:${port}`, "--target", name],
    ...luns.flatMap((lun) => ["--lun", lun]),
    ...options,
  ]);
  const [, portal = ""] = await process.says(/iscsi:\/\/(?:[^/@\s]*@)?([^/\s"]+)\//);
  return { portal, name, process, url: (lun, user) => `iscsi://${user === undefined ? "" : `${user}@`}${portal}/${name}/${lun}` };
}
