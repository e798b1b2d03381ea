import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
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

/** One line for each frame, with the fields asked for. */
async function frames(file: string, ...fields: string[]): Promise<string[]> {
  // RPC over RDMA has no magic number: tshark guesses, and takes some of our messages for it.
  const options = ["-n", "-r", file, "--disable-heuristic", "rpcrdma_iwarp", "-T", "fields", ...fields.flatMap((field) => ["-e", field])];
  return (await succeed("tshark", options)).split("\n");
}

async function complaints(file: string): Promise<string[]> {
  return (await frames(file, "frame.number", "_ws.malformed", "tcp.analysis.flags", "iwarp_mpa.bad_length")).filter((line) =>
    /\t\S/.test(line),
  );
}

/** What `iser decode` reads, as tshark says it: one entry a PDU or FPDU, in the order of the frames that end them. */
async function decoded(file: string, entryOf: (record: DecodedLine) => string | undefined): Promise<string[]> {
  const lines = (await succeed(programs.iser, ["decode", "--json", file])).trimEnd().split("\n");
  return lines.flatMap((line) => entryOf(JSON.parse(line) as DecodedLine) ?? []);
}

interface DecodedLine {
  readonly frame: number;
  readonly mpa?: { readonly name?: string; readonly length?: number };
  readonly ddp?: { readonly STag?: string; readonly MSN?: number };
  readonly rdmap?: { readonly opcode: string };
  readonly iscsi?: { readonly opcode: string; readonly ITT: string; readonly DataSegmentLength: number };
}

/** tshark puts the PDUs of one frame behind each other, with commas, one list for each field. */
async function seen(file: string, ...fields: string[]): Promise<string[]> {
  const entries: string[] = [];
  for (const line of await frames(file, "frame.number", ...fields)) {
    const [frame, ...lists] = line.split("\t").map((list) => list.split(","));
    for (const [index, first] of (lists[0] ?? []).entries()) {
      if (first !== "") entries.push([frame, ...lists.map((list) => list[index])].join(" "));
    }
  }
  return entries;
}

describe("iser decode and tshark", () => {
  test.each(["", "?header_digest=crc32c&data_digest=crc32c"])("read the same iSCSI PDUs with %j", async (query) => {
    const file = await capture(target.url(0) + query);
    const ours = await decoded(
      file,
      ({ frame, iscsi }) => iscsi && `${frame} ${iscsi.opcode} ${iscsi.ITT} ${hex32(iscsi.DataSegmentLength)}`,
    );
    const theirs = await seen(file, "iscsi.opcode", "iscsi.initiatortasktag", "iscsi.datasegmentlength");
    expect(ours).toEqual(theirs.map((entry) => entry.replace(/\S+$/, (length) => hex32(Number(length)))));
    expect(ours.length).toBeGreaterThan(30);
  });

  test.each(["", "?crc=off", "?fpdu=1400"])("read the same iWARP messages with %j", async (query) => {
    const file = await capture(iserUrl + query);
    const ours = await decoded(file, ({ frame, mpa, rdmap }) => rdmap && `${frame} ${mpa?.length} ${rdmap.opcode}`);
    expect(ours).toEqual(await seen(file, "iwarp_mpa.ulpdulength", "iwarp_rdma.opcode"));
    const [stags, numbers] = [await seen(file, "iwarp_ddp.stag"), await seen(file, "iwarp_ddp.msn")];
    expect(await decoded(file, ({ frame, ddp }) => (ddp?.STag === undefined ? undefined : `${frame} ${ddp.STag}`))).toEqual(stags);
    expect(await decoded(file, ({ frame, ddp }) => (ddp?.MSN === undefined ? undefined : `${frame} ${ddp.MSN}`))).toEqual(numbers);
    expect(ours.length).toBeGreaterThan(30);
  });
});

function hex32(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}

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
