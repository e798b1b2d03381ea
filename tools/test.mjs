/**
 * `npm test`: installs and builds what is missing, then runs every test that needs no foreign program. `npm test -- iser/src/scsi` runs some.
 * A second run whose results are to be kept beside the first's names itself in RUN_NAME.
 */
import { prepare } from "./prepare.mjs";

prepare();
const { runVitest } = await import("./vitest.mjs");
process.exitCode = runVitest({ name: process.env.RUN_NAME ?? "test", config: "vitest.config.ts", filters: process.argv.slice(2) });
