import { UsageError } from "kit/cli";
import { certificatesVariable } from "#hooks";
import type { Surroundings } from "../context.ts";
import { preCommit } from "./pre-commit.ts";

/** `lrc hook NAME …`: what hooks call. Kept apart from the commands, because a commit waits for it to start. */
export async function runHook(args: readonly string[], started: Surroundings): Promise<number> {
  const [name, file, given] = args;
  const surroundings = withCertificates(started);
  switch (name) {
    case "pre-commit":
      return await preCommit(surroundings);
    case "commit-msg":
      if (file === undefined) break;
      await (await import("./commit-msg.ts")).commitMsg(file, given, surroundings);
      return 0;
    // Not a hook: what the commit-msg hook calls where somebody wrote on the page.
    case "page-message":
      if (file === undefined) break;
      await (await import("./commit-msg.ts")).pageMessage(file, surroundings);
      return 0;
    case "post-commit":
      await (await import("./post-commit.ts")).postCommit(surroundings);
      return 0;
    default:
      break;
  }
  throw new UsageError("lrc hook is called by Git: lrc hook pre-commit, lrc hook commit-msg FILE, lrc hook post-commit");
}

/** Programs that are started from here get NODE_EXTRA_CA_CERTS as it was; `stopped` and others are still read through the prototype. */
function withCertificates(started: Surroundings): Surroundings {
  const { [certificatesVariable]: file, ...env } = started.env;
  if (file === undefined || file === "") return started;
  return Object.create(started, { env: { value: { ...env, NODE_EXTRA_CA_CERTS: file } } }) as Surroundings;
}
