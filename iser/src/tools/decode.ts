import { createReadStream } from "node:fs";
import { buildCommand } from "@stricli/core";
import { UserError } from "kit/cli";
import type { ProgramContext } from "./context.ts";
import { CaptureDecoder } from "./decode/capture-decoder.ts";
import { CaptureError } from "./decode/capture-error.ts";
import { type Connection, textOf } from "./decode/connection.ts";
import type { DecodedRecord } from "./decode/decoded-record.ts";
import { jsonLine, RecordPrinter } from "./decode/record-printer.ts";

interface DecodeFlags {
  readonly verbose: boolean;
  readonly json: boolean;
}

export const decodeCommand = buildCommand<DecodeFlags, [string], ProgramContext>({
  docs: {
    brief: "Print the PDUs in a capture, one a line",
    fullDescription: [
      "Reads a capture (pcapng or pcap, of iser trace, tcpdump or Wireshark) and prints every iSCSI PDU on its TCP connections, and every",
      "FPDU of iWARP with what is in it: MPA, DDP, RDMAP, iSER, iSCSI. > is from the initiator, < from the target. What a capture lacks is",
      "said where it is missing. - reads standard input.",
      "",
      "Examples:",
      "  iser decode copy.pcapng",
      "  iser decode -v copy.pcapng",
      "  tcpdump -i any -w - port 3260 | iser decode -",
      "  iser decode --json copy.pcapng | jq 'select(.iscsi.ITT == \"0x00000001\")'",
    ].join("\n"),
  },
  parameters: {
    flags: {
      verbose: { kind: "boolean", default: false, brief: "Print every field of every layer, and bytes", withNegated: false },
      json: { kind: "boolean", default: false, brief: "Print an object a line, with every field", withNegated: false },
    },
    aliases: { v: "verbose" },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "FILE", brief: "A capture, or - for standard input" }] },
  },
  async func(flags, file) {
    const printer = new RecordPrinter(flags.verbose);
    let lines: string[] = [];
    const decoder = new CaptureDecoder((connection: Connection, record: DecodedRecord) => {
      lines.push(flags.json ? jsonLine(connection, record) : printer.text(connection, record));
    });
    const print = async (): Promise<void> => {
      this.stdout.write(lines.join(""));
      lines = [];
      await this.stdout.flushed();
    };
    try {
      for await (const chunk of openCapture(file, this)) {
        decoder.push(chunk);
        if (lines.length > 0) await print();
        this.stopped.throwIfAborted();
      }
      decoder.end();
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      throw new UserError(`${nameOf(file)}: ${error.message}`, { cause: error });
    } finally {
      await print();
    }
    this.stderr.write(whatWasNotSaid(decoder, file));
  },
});

function openCapture(file: string, { stdin }: ProgramContext): AsyncIterable<Uint8Array> {
  return file === "-" ? stdin : createReadStream(file, { highWaterMark: 256 * 1024 });
}

function nameOf(file: string): string {
  return file === "-" ? "standard input" : file;
}

/** TCP connections in the capture that are neither iSCSI nor iWARP, or nothing. */
function whatWasNotSaid({ connections, frames }: CaptureDecoder, file: string): string {
  const others = connections.filter(({ protocol, seen }) => protocol === undefined && seen > 0);
  if (connections.length === others.length) {
    const among = others.length === 0 ? `${frames} packets` : `${frames} packets and ${others.length} TCP connections`;
    return `iser: there is no iSCSI and no iSER among the ${among} in ${nameOf(file)}\n`;
  }
  return others
    .map(
      ({ number, initiator, target, seen }) =>
        `iser: connection ${number}, ${textOf(initiator)} > ${textOf(target)}: ${seen} bytes of another protocol\n`,
    )
    .join("");
}
