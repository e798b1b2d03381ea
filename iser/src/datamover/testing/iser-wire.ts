/** A peer of iSER, spoken byte by byte: what it may send, including what it must not. */
import { ScsiCommandField, writeScsiCommand, writeScsiResponse } from "#iscsi";
import { SoftwareQueuePair } from "#iwarp";
import { mpaFrame, untagged, WirePeer } from "../../iwarp/testing/wire-peer.ts";
import { IserInitiatorDatamover, type IserInitiatorOptions } from "../iser/initiator-datamover.ts";
import { IserTargetDatamover } from "../iser/target-datamover.ts";
import { openParameters, TestInitiator, TestOperation, TestTarget, testCdb } from "./test-ends.ts";

/** What peers agree to over iSER: PDUs with as much data as their receives hold. */
const iserParameters = { ...openParameters, maxRecvDataSegmentLength: 8192, maxSendDataSegmentLength: 8192 };

/** Read depths 16 and 16, then the CM header: remote invalidation, no zero-based addresses. */
const privateData = Buffer.from("0010001080000000", "hex");
const enhanced = 0x10;
const checksums = 0x40;

export interface InitiatorWorld {
  readonly queuePair: SoftwareQueuePair;
  readonly initiator: TestInitiator;
  /** The target. */
  readonly peer: WirePeer;
}

/** An initiator that is connected, and a target in the test's hands. */
export function connectInitiator(crc: boolean, options: IserInitiatorOptions = {}): InitiatorWorld {
  const queuePair = new SoftwareQueuePair({ role: "initiator", crc, firstFpduDelayMs: 0 });
  const datamover = new IserInitiatorDatamover(queuePair, options);
  const initiator = new TestInitiator(datamover);
  const peer = new WirePeer(queuePair);
  peer.drainBytes();
  peer.sendBytes(mpaFrame("Rep", enhanced | (crc ? checksums : 0), 2, privateData));
  peer.crc = crc;
  datamover.enable(iserParameters);
  return { queuePair, initiator, peer };
}

export interface TargetWorld {
  readonly queuePair: SoftwareQueuePair;
  readonly target: TestTarget;
  /** The initiator. */
  readonly peer: WirePeer;
}

/** A target with a disk of a megabyte, and a connected initiator in the test's hands. */
export function connectTarget(crc: boolean): TargetWorld {
  const queuePair = new SoftwareQueuePair({ role: "responder" });
  const datamover = new IserTargetDatamover(queuePair);
  const target = new TestTarget(datamover, 1024 * 1024);
  const peer = new WirePeer(queuePair);
  peer.sendBytes(mpaFrame("Req", enhanced | (crc ? checksums : 0), 2, privateData));
  peer.drainBytes();
  peer.crc = crc;
  datamover.enable(iserParameters);
  return { queuePair, target, peer };
}

/** Where the peer says that its memory is. */
export interface Stag {
  readonly stag: number;
  readonly high: number;
  readonly low: number;
}

const noStag: Stag = { stag: 0, high: 0, low: 0 };

/** A message of iSER: the 28 bytes of its header and what follows. `first` overrides opcode and flags. */
export function iserMessage(pdu: Uint8Array, { write, read, first }: { write?: Stag; read?: Stag; first?: number } = {}): Buffer {
  const header = Buffer.alloc(28);
  header[0] = first ?? 0x10 | (write === undefined ? 0 : 0x08) | (read === undefined ? 0 : 0x04);
  for (const [at, { stag, high, low }] of [[4, write ?? noStag] as const, [16, read ?? noStag] as const]) {
    header.writeUInt32BE(stag, at);
    header.writeUInt32BE(high, at + 4);
    header.writeUInt32BE(low, at + 8);
  }
  return Buffer.concat([header, pdu]);
}

/** What a Send of ours brought: the STags of the iSER header, and the header of the PDU. */
export function sent(ulpdu: Buffer): {
  readonly tag: number;
  readonly write: Stag;
  readonly read: Stag;
  readonly bhs: Buffer;
  readonly data: Buffer;
} {
  const stagAt = (at: number): Stag => ({
    stag: ulpdu.readUInt32BE(18 + at),
    high: ulpdu.readUInt32BE(22 + at),
    low: ulpdu.readUInt32BE(26 + at),
  });
  const bhs = ulpdu.subarray(46, 94);
  return { tag: bhs.readUInt32BE(ScsiCommandField.initiatorTaskTag), write: stagAt(4), read: stagAt(16), bhs, data: ulpdu.subarray(94) };
}

/** A SCSI Response with status GOOD, as a PDU. */
export function goodResponse(tag: number): Uint8Array {
  const bhs = new Uint8Array(48);
  const numbers = { statSn: 1, expCmdSn: 2, maxCmdSn: 65, expDataSn: 0 };
  writeScsiResponse({ initiatorTaskTag: tag, response: 0, status: 0, residual: 0, bidirectionalReadResidual: 0, ...numbers }, bhs);
  return bhs;
}

export interface CommandShape {
  readonly tag: number;
  readonly read?: number;
  readonly write?: number;
  readonly immediate?: Uint8Array;
}

/** A SCSI Command for a TestTarget, which reads or writes at the start of its disk; with its immediate data, as a PDU. */
export function command({ tag, read, write, immediate }: CommandShape): Buffer {
  const length = write ?? read ?? 0;
  const bhs = new Uint8Array(48);
  writeScsiCommand(
    {
      immediate: false,
      final: true,
      read: read !== undefined,
      write: write !== undefined,
      attribute: 1,
      lun: new Uint8Array(8),
      initiatorTaskTag: tag,
      expectedDataTransferLength: length,
      cmdSn: 1,
      expStatSn: 1,
      cdb: Uint8Array.from(
        { length: 16 },
        (_, at) => testCdb(write === undefined ? TestOperation.read : TestOperation.write, 0, length)[at] ?? 0,
      ),
    },
    bhs,
  );
  const data = immediate ?? new Uint8Array(0);
  bhs[6] = data.length >> 8;
  bhs[7] = data.length;
  return Buffer.concat([bhs, data]);
}

export function send(msn: number, payload: Uint8Array, invalidateStag?: number): Buffer {
  return invalidateStag === undefined ? untagged({ opcode: 3, msn, payload }) : untagged({ opcode: 4, msn, payload, invalidateStag });
}
