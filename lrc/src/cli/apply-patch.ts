import type { Repository } from "#git";

/** Where a proposed change has got to. */
export interface Applied {
  /** It was put into the working tree too; false when that differs from what is staged there. */
  readonly inWorktree: boolean;
  /** It was staged before; nothing was changed. */
  readonly isRepeated?: true;
}

/**
 * Puts a proposed change into the index, so that it is part of the next commit, and into the working tree where it still fits. Rejects with Git's own sentence,
 * and changes nothing, when it does not fit what is staged.
 */
export async function applyPatch(repository: Repository, patch: string): Promise<Applied> {
  const args = ["apply", "--whitespace=nowarn"];
  const tried = await repository.git.run([...args, "--cached", "--check", "-"], { input: patch, accept: [1, 128] });
  if (tried.exitCode !== 0) {
    const back = await repository.git.run([...args, "--cached", "--check", "--reverse", "-"], { input: patch, accept: [1, 128] });
    if (back.exitCode === 0) return { inWorktree: true, isRepeated: true };
  }
  await repository.git.run([...args, "--cached", "-"], { input: patch });
  const { exitCode } = await repository.git.run([...args, "-"], { input: patch, accept: [1, 128] });
  return { inWorktree: exitCode === 0 };
}
