import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { NbdClient } from "./nbd-client.ts";
import { runIscsictl, startIscsid, startIser } from "./running-program.ts";

const count = 300;

it(`${count} units of a target become devices, and reads of another session go on meanwhile`, async () => {
  const directory = mkdtempSync(join(tmpdir(), "iscsid-units-"));
  const daemon = startIscsid(["-d", "--run-dir", directory]);
  const one = startIser("target", "--target", "iqn.2026-11.test:one", "--listen", "127.0.0.1:0", "--lun", "mem:1M");
  const units = Array.from({ length: count }, () => ["--lun", "mem:1M"]).flat();
  const many = startIser("target", "--target", "iqn.2026-11.test:many", "--listen", "127.0.0.1:0", ...units);
  try {
    await daemon.says(/^iscsid: ready, .*\n/m);
    const control = (...options: string[]) => runIscsictl("--socket", join(directory, "iscsid.sock"), ...options);
    const [, portal = ""] = await one.says(/(127\.0\.0\.1:\d+)/);
    const [, manyPortal = ""] = await many.says(/(127\.0\.0\.1:\d+)/);
    expect(await control("-A", "-p", portal, "-t", "iqn.2026-11.test:one", "-w", "40")).toMatchObject({ exitCode: 0 });
    const client = await NbdClient.open(join(directory, "nbd.sock"), "da0");

    let arrived = false;
    const adding = control("-A", "-p", manyPortal, "-t", "iqn.2026-11.test:many", "-w", "30").finally(() => {
      arrived = true;
    });
    let reads = 0;
    for (; !arrived; reads += 1) await client.read(0, 4096);
    expect(await adding).toMatchObject({ exitCode: 0, stderr: "" });
    // Each unit is asked a dozen questions: whoever takes turns with them has at least one.
    expect(reads).toBeGreaterThan(count);

    const { stdout } = await control("-L", "-v", "--libxo", "json");
    const { iscsictl } = JSON.parse(stdout) as { iscsictl: { session: { devices: { lun: { lun: number; device: string }[] } }[] } };
    const found = iscsictl.session[1]?.devices.lun.map(({ lun, device }) => `${lun}=${device}`);
    expect(found).toEqual(Array.from({ length: count }, (_, lun) => `${lun}=da${lun + 1}`));
    const last = await NbdClient.open(join(directory, "nbd.sock"), `da${count}`);
    expect((await last.read(0, 512)).length).toBe(512);
    for (const open of [client, last]) open.close();
  } finally {
    await daemon.stop();
    for (const target of [one, many]) await target.stop();
    rmSync(directory, { recursive: true });
  }
});
