/** `npm test`: installs and builds what is missing, then runs every test that needs no foreign program. `npm test -- iser/src/scsi` runs some. */
import { prepare } from "./prepare.mjs";

prepare();
const { runVitest } = await import("./vitest.mjs");
process.exitCode = runVitest({ name: "test", config: "vitest.config.ts", filters: process.argv.slice(2) });
