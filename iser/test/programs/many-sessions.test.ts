import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ManyTargets, samplesOf } from "./many-targets.ts";
import { runIscsictl, startIscsid } from "./running-program.ts";

const portals = 4;
const targets = 12;

/** The full number, and how long it takes, is the interop tests'. */
it(`${portals * targets} sessions come back without a storm of logins`, async () => {
  const directory = mkdtempSync(join(tmpdir(), "iscsid-many-"));
  const server = await ManyTargets.start(portals, targets);
  const daemon = startIscsid(["-d", "--run-dir", directory, "--metrics", "0"]);
  try {
    const [, url = ""] = await daemon.says(/metrics (\S+)/);
    const control = (...options: string[]) => runIscsictl("--socket", join(directory, "iscsid.sock"), ...options);
    const file = join(directory, "iscsi.conf");
    writeFileSync(file, server.configuration, { mode: 0o600 });
    expect(await control("-A", "-a", "-c", file, "-w", "15")).toMatchObject({ exitCode: 0, stderr: "" });
    const { start } = await server.stop();
    await daemon.says(/session lost/);
    await start();
    expect(await control("-L", "-w", "15")).toMatchObject({ exitCode: 0, stderr: "" });
    const most = samplesOf(await (await fetch(url)).text(), "iscsid_logins_running_most", "portal");
    expect([...most.keys()].sort()).toEqual([...server.addresses].sort());
    expect(Math.max(...most.values())).toBeLessThanOrEqual(4);
  } finally {
    await daemon.stop();
    await server.close();
    rmSync(directory, { recursive: true });
  }
});
