/**
 * `npm run test:interop`: our programs against foreign ones. A foreign program that is missing is a failure with the way to get it, never a test that is
 * passed over. `npm run test:interop -- tgt` runs the files with tgt in their path.
 */
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { prepare } from "./prepare.mjs";

/** Debian package → what the tests use of it. */
const wanted = {
  tgt: ["tgtd", "tgtadm"],
  istgt: ["istgt"],
  "libiscsi-bin": ["iscsi-ls", "iscsi-inq", "iscsi-readcapacity16", "iscsi-perf", "iscsi-test-cu"],
  "qemu-utils": ["qemu-img", "qemu-io", "qemu-nbd"],
  "libnbd-bin": ["nbdinfo", "nbdcopy"],
  nbdkit: ["nbdkit"],
  fio: ["fio"],
};
/** qemu loads its iSCSI driver from a package of its own. */
const qemuDrivers = { package: "qemu-block-extra", file: "block-iscsi.so" };

const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
const missing = Object.entries(wanted).filter(
  ([, programs]) => !programs.every((program) => folders.some((folder) => isThere(join(folder, program), constants.X_OK))),
);
const packages = [...missing.map(([name]) => name), ...(hasQemuDriver() ? [] : [qemuDrivers.package])];
if (packages.length > 0) {
  for (const [name, programs] of missing) process.stderr.write(`${programs.join(", ")}: missing; Debian package ${name}\n`);
  process.stderr.write(
    `\nThe interop tests run our programs against these. On Debian or Ubuntu:\n\n    apt-get install -y --no-install-recommends ${packages.join(" ")}\n\n`,
  );
  process.exit(1);
}

prepare();
process.env.PATH = folders.join(delimiter);
const { runVitest } = await import("./vitest.mjs");
process.exitCode = runVitest({ name: "interop", config: "vitest.interop.config.ts", filters: process.argv.slice(2) });

/**
 * @param {string} file
 * @param {number} mode
 */
function isThere(file, mode) {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}

function hasQemuDriver() {
  const places = readdirSync("/usr/lib").map((name) => join("/usr/lib", name, "qemu", qemuDrivers.file));
  return places.some((file) => isThere(file, constants.R_OK));
}
