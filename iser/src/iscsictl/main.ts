import { runProgram } from "kit/cli";
import { SystemClock } from "kit/clock";
import { iscsictl } from "./program.ts";

await runProgram("iscsictl", (world) => iscsictl(world, new SystemClock()));
