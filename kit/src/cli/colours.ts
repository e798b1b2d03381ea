import picocolors from "picocolors";
import type { Output, World } from "./world.ts";

export type Colours = ReturnType<typeof picocolors.createColors>;

/** Colours for what is written to `output`: on a terminal only, and never when NO_COLOR is set (no-color.org) or the terminal is dumb. */
export function coloursFor(output: Pick<Output, "isTerminal">, env: World["env"]): Colours {
  const wanted = output.isTerminal && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
  return picocolors.createColors(wanted);
}
