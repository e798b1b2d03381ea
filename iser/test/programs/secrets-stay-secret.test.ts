import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { SystemClock } from "kit/clock";
import { Secret } from "kit/log";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ControlClientConnection } from "#control";
import { connectSocket } from "#socket";
import { defaultSessionConfig } from "../../src/config/index.ts";
import { type RunningProgram, runIscsictl, startIscsid, startIser } from "./running-program.ts";

const iqn = "iqn.2026-11.test:disk";
const clock = new SystemClock();

let directory: string;
let programs: RunningProgram[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iscsid-secrets-"));
  programs = [];
});

afterEach(async () => {
  for (const program of programs.reverse()) await program.stop();
  rmSync(directory, { recursive: true });
});

/** Nothing that any output has by chance. */
const secret = fc.string({ unit: "grapheme-ascii", minLength: 13, maxLength: 24 }).filter((text) => /[A-Za-z0-9]/.test(text));

/** A secret as it may look in JSON, in a shell or in hexadecimal. */
function disguises(text: string): readonly string[] {
  return [text, JSON.stringify(text).slice(1, -1), Buffer.from(text).toString("hex"), Buffer.from(text).toString("base64")];
}

it.each(["text", "json"])(
  "no secret of any session is in a log (%s), a listing, an error or a metric",
  { timeout: 20_000 },
  async (format) => {
    const [good = "", ...others] = fc.sample(secret, { numRuns: 12, seed: format === "text" ? 1 : 2 });
    const target = startIser("target", "--target", iqn, "--listen", "127.0.0.1:0", "--lun", "mem:1M", "--chap", `me:${good}`);
    programs.push(target);
    const [, portal = ""] = await target.says(/iscsi:\/\/(?:[^/@\s]*@)?([^/\s]+)\//);
    const options = ["--log-format", format, "-l", "9", "--load", "iser", "--metrics", "127.0.0.1:0"];
    const daemon = startIscsid(["-d", "--run-dir", directory, ...options]);
    programs.push(daemon);
    const [, url = ""] = await daemon.says(/metrics (\S+)\n/);
    const socket = join(directory, "iscsid.sock");
    const control = (...more: string[]) => runIscsictl("--socket", socket, ...more);
    const said: string[] = [];
    const hear = async (ending: Promise<object>): Promise<void> => void said.push(JSON.stringify(await ending));

    await hear(control("--sysctl", "kern.iser.debug=3"));
    const client = new ControlClientConnection();
    connectSocket(client, { path: socket }, clock);
    for (const [index, one] of others.entries()) {
      const session = {
        ...defaultSessionConfig,
        authMethod: "CHAP",
        targetAddress: index % 3 === 2 ? "127.0.0.1:1" : portal,
        targetName: `${iqn}${index < 2 ? "" : index}`,
        user: "me",
        secret: new Secret(index === 0 ? good : one),
        mutualUser: "you",
        mutualSecret: new Secret(others[(index + 1) % others.length] ?? ""),
        protocol: index % 4 === 3 ? "iSER" : "iSCSI",
      } as const;
      await hear(client.call("add", { session }).catch((error: Error) => ({ error: error.message })));
    }
    await hear(control("-A", "-d", portal, "-u", "me", "-s", others[0] ?? "", "-w", "1"));
    await hear(control("-A", "-p", portal, "-t", `${iqn}-x`, "-u", "me", "-s", others[1] ?? "", "-w", "1"));
    for (const listing of ["text", "json,pretty", "xml", "html"]) await hear(control("-L", "-v", "--libxo", listing));
    await hear(fetch(url).then(async (response) => ({ text: await response.text() })));
    expect(statSync(join(directory, "iscsid.state")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(directory, "iscsid.state"), "utf8")).toContain(JSON.stringify(good).slice(1, -1));
    daemon.hangUp();
    await hear(daemon.stop());

    const everything = said.join("\n") + daemon.stdout + daemon.stderr + target.stdout + target.stderr;
    for (const text of [good, ...others]) for (const disguise of disguises(text)) expect(everything).not.toContain(disguise);
  },
);
