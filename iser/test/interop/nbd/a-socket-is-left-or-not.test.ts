import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { Child, succeed } from "../harness/child-process.ts";
import { startNbd } from "../harness/nbd-server.ts";
import { programs } from "../harness/programs.ts";

test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s ends iser nbd with its socket", async (signal) => {
  const { process, socket, uri } = await startNbd(["mem:1M"]);
  expect(await succeed("nbdinfo", ["--size", uri()])).toBe("1048576\n");
  process.signal(signal);
  expect(await process.end()).toMatchObject({ code: 0, signal: null });
  expect(existsSync(socket)).toBe(false);
});

test("a socket that kill -9 has left is taken over, and one that is served is not", async () => {
  const { process, socket, uri } = await startNbd(["mem:1M"]);
  const other = new Child(programs.iser, ["nbd", "mem:2M", "--socket", socket]);
  const refused = await other.end();
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain(socket);
  expect(await succeed("nbdinfo", ["--size", uri()])).toBe("1048576\n");
  process.kill();
  await process.ended;
  expect(existsSync(socket)).toBe(true);
  const next = new Child(programs.iser, ["nbd", "mem:2M", "--socket", socket]);
  await next.says(/^ready: /m);
  expect(await succeed("nbdinfo", ["--size", uri()])).toBe("2097152\n");
  expect(await next.stop()).toMatchObject({ code: 0 });
});
