/** Captures, as tshark reads them and as `iser decode` does. */
import { expect } from "vitest";
import { succeed } from "./child-process.ts";
import { programs } from "./programs.ts";

/** One line for each frame, with the fields asked for. */
export async function frames(file: string, ...fields: string[]): Promise<string[]> {
  const options = ["-n", "-r", file, "-T", "fields", ...fields.flatMap((field) => ["-e", field])];
  return (await succeed("tshark", options)).split("\n");
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

function hex32(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}

/** Fails unless both find the same iSCSI PDUs in the capture of a session over TCP; returns how many. */
export async function compareIscsi(file: string): Promise<number> {
  const ours = await decoded(
    file,
    ({ frame, iscsi }) => iscsi && `${frame} ${iscsi.opcode} ${iscsi.ITT} ${hex32(iscsi.DataSegmentLength)}`,
  );
  const theirs = await seen(file, "iscsi.opcode", "iscsi.initiatortasktag", "iscsi.datasegmentlength");
  expect(ours).toEqual(theirs.map((entry) => entry.replace(/\S+$/, (length) => hex32(Number(length)))));
  return ours.length;
}

/** Fails unless both find the same iWARP messages in the capture of a session over iSER; returns how many. */
export async function compareIwarp(file: string): Promise<number> {
  const ours = await decoded(file, ({ frame, mpa, rdmap }) => rdmap && `${frame} ${mpa?.length} ${rdmap.opcode}`);
  expect(ours).toEqual(await seen(file, "iwarp_mpa.ulpdulength", "iwarp_rdma.opcode"));
  const [stags, numbers] = [await seen(file, "iwarp_ddp.stag"), await seen(file, "iwarp_ddp.msn")];
  expect(await decoded(file, ({ frame, ddp }) => (ddp?.STag === undefined ? undefined : `${frame} ${ddp.STag}`))).toEqual(stags);
  expect(await decoded(file, ({ frame, ddp }) => (ddp?.MSN === undefined ? undefined : `${frame} ${ddp.MSN}`))).toEqual(numbers);
  return ours.length;
}
