import type { Repository } from "#git";

/** Pushes the branch to where it is pushed; one that is new goes where all are pushed (remote.pushDefault), to the only remote, or to origin. */
export async function pushBranch(repository: Repository): Promise<string> {
  const branch = await repository.branch();
  const { exitCode } = await repository.git.run(["rev-parse", "--verify", "--quiet", "@{upstream}"], { accept: [1, 128] });
  const remotes = (await repository.git.text(["remote"])).split("\n");
  const { stdout } = await repository.git.run(["config", "remote.pushDefault"], { accept: [1] });
  const remote = stdout.toString().trim() || (remotes.length === 1 && remotes[0]) || "origin";
  await repository.git.run(exitCode === 0 ? ["push"] : ["push", "--set-upstream", remote, "HEAD"]);
  return `pushed ${branch ?? "HEAD"}`;
}

/** Whether there is a branch, and somewhere to push it to. */
export async function canPush(repository: Repository): Promise<boolean> {
  const { stdout } = await repository.git.run(["remote"]);
  return stdout.length > 0 && (await repository.branch()) !== undefined;
}
