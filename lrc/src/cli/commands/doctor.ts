import { buildCommand } from "@stricli/core";
import { UserError } from "kit/cli";
import { printableLine } from "#review";
import type { LrcContext } from "../context.ts";
import { diagnose } from "../hooks-status.ts";
import { openRepository } from "../open-repository.ts";
import { version } from "../version.ts";

export const doctorCommand = buildCommand<object, [], LrcContext>({
  docs: {
    brief: "Say whether the next commit will be reviewed, and if not, why",
    fullDescription: "Exits with 0 when the next commit of this repository will be reviewed, and with 1 when it will not.",
  },
  parameters: {},
  async func() {
    const repository = await openRepository(this);
    const { willBeReviewed, obstacles, remarks } = await diagnose(repository, this);
    const lines = [
      willBeReviewed ? "The next commit will be reviewed." : "The next commit will not be reviewed:",
      ...obstacles.map((obstacle) => `  ${obstacle}`),
      ...remarks.map((remark) => `note: ${remark}`),
      "",
      `lrc ${version}, ${this.program.script}`,
      `node ${this.program.node}`,
      (await repository.git.text(["--version"])).replace(/ version/, ""),
      `repository ${repository.paths.root ?? repository.paths.gitDirectory}`,
    ].map(printableLine);
    this.stdout.write(`${lines.join("\n")}\n`);
    if (!willBeReviewed) throw new UserError("the next commit will not be reviewed");
  },
});
