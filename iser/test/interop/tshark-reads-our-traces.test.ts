import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compareIscsi, compareIwarp, frames } from "./harness/captures.ts";
import { succeed } from "./harness/child-process.ts";
import { type EmbeddedTarget, startTarget } from "./harness/embedded-target.ts";
import { programs } from "./harness/programs.ts";
import { scratchFolder } from "./harness/scratch-folder.ts";

const folder = scratchFolder();
let target: EmbeddedTarget;
let iserUrl: string;
beforeAll(async () => {
  target = await startTarget(["mem:64M"], ["--iser", "127.0.0.1:0"]);
  [, iserUrl = ""] = await target.process.says(/(iser:\S+)/);
});

/** A session that writes more than goes along with a command, reads it again and logs out, as a capture. */
async function capture(url: string): Promise<string> {
  const file = join(folder, "trace.pcapng");
  await succeed(programs.iser, ["dd", "--if", url, "--of", url, "--bs", "600K", "--count", "2", "--verify", "--trace", file]);
  return file;
}

async function complaints(file: string): Promise<string[]> {
  return (await frames(file, "frame.number", "_ws.malformed", "tcp.analysis.flags", "iwarp_mpa.bad_length")).filter((line) =>
    /\t\S/.test(line),
  );
}

describe("iser decode and tshark", () => {
  test.each(["", "?header_digest=crc32c&data_digest=crc32c"])("read the same iSCSI PDUs with %j", async (query) => {
    expect(await compareIscsi(await capture(target.url(0) + query))).toBeGreaterThan(30);
  });

  test.each(["", "?crc=off", "?fpdu=1400", "?immediate=part"])("read the same iWARP messages with %j", async (query) => {
    expect(await compareIwarp(await capture(iserUrl + query))).toBeGreaterThan(30);
  });
});

describe("tshark", () => {
  test.each(["", "?header_digest=crc32c&data_digest=crc32c"])("finds iSCSI's PDUs with %j, and nothing wrong with them", async (query) => {
    const file = await capture(target.url(0) + query);
    const found = new Set((await frames(file, "iscsi.opcode")).flatMap((line) => line.split(",")));
    for (const opcode of ["0x03", "0x23", "0x01", "0x21", "0x05", "0x25", "0x31", "0x06", "0x26"]) expect(found).toContain(opcode);
    expect(await complaints(file)).toEqual([]);
  });

  test.each(["", "?crc=off", "?fpdu=1400"])("finds iWARP's messages with %j, and nothing wrong with them", async (query) => {
    const file = await capture(iserUrl + query);
    const found = new Set((await frames(file, "iwarp_rdma.opcode")).flatMap((line) => line.split(",")));
    // RDMA Write, Read Request, Read Response, Send
    for (const opcode of ["0x00", "0x01", "0x02", "0x03"]) expect(found).toContain(opcode);
    expect(await complaints(file)).toEqual([]);
  });
});
