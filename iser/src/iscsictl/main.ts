import { runProgram, showArguments } from "kit/cli";
import { SystemClock } from "kit/clock";
import { iscsictl } from "./program.ts";
import { withoutSecret } from "./shown-arguments.ts";

showArguments("iscsictl", withoutSecret(process.argv.slice(2)));
await runProgram("iscsictl", (world) => iscsictl(world, new SystemClock()));
