import type { Instant } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import {
  BhsField,
  bhsLength,
  encodeText,
  getAhsLength,
  getDataSegmentLength,
  LoginStage,
  LogoutReason,
  noLun,
  opcodeOf,
  paddedLength,
  parseText,
  putAhsLength,
  putDataSegmentLength,
  readLoginResponse,
  readUint32,
  reservedTag,
  TargetOpcode,
  TaskManagementFunctionCode,
  type TextPair,
  writeDataOut,
  writeLoginRequest,
  writeLogoutRequest,
  writeNopOut,
  writeScsiCommand,
  writeTaskManagementRequest,
  writeTextRequest,
} from "#iscsi";
import { encodeLun, type TaskManagementFunction } from "#scsi";

/** A PDU from the target, copied. */
export interface ReceivedPdu {
  readonly opcode: number;
  readonly bhs: Uint8Array;
  readonly data: Uint8Array;
}

export interface HandLogin {
  readonly targetName?: string | undefined;
  readonly initiatorName?: string;
  readonly isid?: number;
  readonly tsih?: number;
  readonly connectionId?: number;
  readonly keys?: readonly TextPair[];
}

export interface HandCommand {
  readonly tag?: number;
  readonly cmdSn?: number;
  readonly immediate?: boolean;
  readonly final?: boolean;
  readonly lun?: number;
  readonly attribute?: 0 | 1 | 2 | 3 | 4;
  readonly read?: number;
  readonly write?: number;
  /** Immediate data. */
  readonly data?: Uint8Array;
  readonly cdb?: readonly number[];
}

/**
 * An initiator that does what a test tells it, PDU by PDU, right or wrong, and keeps all it is answered. It numbers commands by itself unless told
 * otherwise.
 */
export class HandInitiator implements ByteStreamCore {
  readonly received: ReceivedPdu[] = [];
  cmdSn = 1;
  nextTag = 1;
  isClosed = false;
  closedBy: Error | undefined = undefined;
  /** True: nothing is read, as by a peer whose program hangs. */
  inputPaused = false;
  wantsClose: "end" | "reset" | undefined = undefined;
  readonly bulkReadBytes = 65536;
  #wake: () => void = () => {};
  #input: Uint8Array = new Uint8Array(0);
  #output: Uint8Array[] = [];

  // ----------------------------------------------------------------------------------------------------------------- what arrived

  /** Takes the oldest PDU that has this opcode; those before it stay. Throws when there is none. */
  take(opcode: number): ReceivedPdu {
    const index = this.received.findIndex((pdu) => pdu.opcode === opcode);
    const [pdu] = index < 0 ? [] : this.received.splice(index, 1);
    if (pdu === undefined) throw new Error(`no PDU with opcode 0x${opcode.toString(16)}; there are: ${this.opcodes.join(" ")}`);
    return pdu;
  }

  /** Opcodes of what was not taken, in order, as hexadecimal. */
  get opcodes(): string[] {
    return this.received.map(({ opcode }) => `0x${opcode.toString(16)}`);
  }

  /** ITT of the PDUs with this opcode that were not taken. */
  tags(opcode: number): number[] {
    return this.received.filter((pdu) => pdu.opcode === opcode).map(({ bhs }) => readUint32(bhs, BhsField.initiatorTaskTag));
  }

  // -------------------------------------------------------------------------------------------------------------------- what is said

  /** Sends a PDU as it is, but for its lengths and padding. */
  send(bhs: Uint8Array, data: Uint8Array = new Uint8Array(0), ahs: Uint8Array = new Uint8Array(0)): void {
    const pdu = new Uint8Array(bhsLength + ahs.length + paddedLength(data.length));
    pdu.set(bhs);
    putAhsLength(pdu, ahs.length);
    putDataSegmentLength(pdu, data.length);
    pdu.set(ahs, bhsLength);
    pdu.set(data, bhsLength + ahs.length);
    this.sendBytes(pdu);
  }

  sendBytes(bytes: Uint8Array): void {
    this.#output.push(bytes);
    this.#wake();
  }

  /** One Login Request that asks for full feature phase at once. */
  login(options: HandLogin = {}): void {
    const { targetName = testTargetName, initiatorName = "iqn.2026-11.test:initiator", keys = [] } = options;
    const session = options.targetName === "" ? { key: "SessionType", value: "Discovery" } : { key: "TargetName", value: targetName };
    const text = encodeText([{ key: "InitiatorName", value: initiatorName }, session, ...keys]);
    this.sendLogin({ ...options, text, stage: LoginStage.operationalNegotiation, next: LoginStage.fullFeaturePhase });
  }

  sendLogin(options: HandLogin & { readonly text: Uint8Array; readonly stage: LoginStage; readonly next: LoginStage }): void {
    const { isid = 1, tsih = 0, connectionId = 0, text, stage, next } = options;
    const bhs = new Uint8Array(bhsLength);
    writeLoginRequest(
      {
        transit: true,
        continues: false,
        currentStage: stage,
        nextStage: next,
        versionMax: 0,
        versionMin: 0,
        isid: Uint8Array.of(0x80, 0, 0, 0, 0, isid),
        tsih,
        initiatorTaskTag: 0xabcd,
        connectionId,
        cmdSn: this.cmdSn,
        expStatSn: 0,
      },
      bhs,
    );
    this.send(bhs, text);
  }

  /** The status of the login that was answered last, and its TSIH. */
  takeLoginResponse(): { readonly status: number; readonly tsih: number; readonly text: ReadonlyMap<string, string> } {
    const { bhs, data } = this.take(TargetOpcode.loginResponse);
    const { status, tsih } = readLoginResponse(bhs);
    return { status, tsih, text: new Map(parseText(data).map(({ key, value }) => [key, value])) };
  }

  /** Sends a SCSI Command and returns its tag. */
  command(options: HandCommand): number {
    const { immediate = false, write, read, cdb = [0], data = new Uint8Array(0), attribute = 1, final = true } = options;
    const tag = options.tag ?? this.#newTag();
    const bhs = new Uint8Array(bhsLength);
    writeScsiCommand(
      {
        immediate,
        final,
        read: read !== undefined,
        write: write !== undefined,
        attribute,
        lun: wireLun(options.lun ?? 0),
        initiatorTaskTag: tag,
        expectedDataTransferLength: write ?? read ?? 0,
        cmdSn: options.cmdSn ?? this.#number(immediate),
        expStatSn: 0,
        cdb: Uint8Array.from({ length: 16 }, (_, index) => cdb[index] ?? 0),
      },
      bhs,
    );
    this.send(bhs, data);
    return tag;
  }

  /** READ (10) of whole blocks of 512 bytes. */
  read(lba: number, blocks: number, options: HandCommand = {}): number {
    return this.command({ read: blocks * 512, cdb: [0x28, 0, 0, 0, lba >> 8, lba & 0xff, 0, blocks >> 8, blocks & 0xff], ...options });
  }

  /** WRITE (10) of whole blocks of 512 bytes. */
  write(lba: number, blocks: number, options: HandCommand = {}): number {
    return this.command({ write: blocks * 512, cdb: [0x2a, 0, 0, 0, lba >> 8, lba & 0xff, 0, blocks >> 8, blocks & 0xff], ...options });
  }

  /** TEST UNIT READY. */
  testUnitReady(options: HandCommand = {}): number {
    return this.command({ cdb: [0], ...options });
  }

  dataOut(
    tag: number,
    data: Uint8Array,
    options: { readonly final: boolean; readonly offset?: number; readonly transferTag?: number },
  ): void {
    const bhs = new Uint8Array(bhsLength);
    const { final, offset = 0, transferTag = reservedTag } = options;
    writeDataOut(
      { final, lun: noLun, initiatorTaskTag: tag, targetTransferTag: transferTag, expStatSn: 0, dataSn: 0, bufferOffset: offset },
      bhs,
    );
    this.send(bhs, data);
  }

  manage(
    taskManagement: TaskManagementFunction | number,
    options: { readonly referenced?: number; readonly refCmdSn?: number; readonly lun?: number; readonly immediate?: boolean } = {},
  ): number {
    const { referenced = reservedTag, refCmdSn = 0, lun = 0, immediate = true } = options;
    const tag = this.#newTag();
    const bhs = new Uint8Array(bhsLength);
    const functionCode = typeof taskManagement === "number" ? taskManagement : TaskManagementFunctionCode[taskManagement];
    writeTaskManagementRequest(
      {
        immediate,
        functionCode,
        lun: wireLun(lun),
        initiatorTaskTag: tag,
        referencedTaskTag: referenced,
        refCmdSn,
        expDataSn: 0,
        cmdSn: this.#number(immediate),
        expStatSn: 0,
      },
      bhs,
    );
    this.send(bhs);
    return tag;
  }

  ping(data: Uint8Array = new Uint8Array(0), immediate = true): number {
    const tag = this.#newTag();
    this.#nopOut(tag, reservedTag, data, immediate);
    return tag;
  }

  /** Answers a ping of the target. */
  pong(targetTransferTag: number): void {
    this.#nopOut(reservedTag, targetTransferTag, new Uint8Array(0), true);
  }

  text(
    data: Uint8Array,
    options: { readonly final?: boolean; readonly continues?: boolean; readonly tag?: number; readonly transferTag?: number } = {},
  ): number {
    const { final = true, continues = false, tag = this.#newTag(), transferTag = reservedTag } = options;
    const bhs = new Uint8Array(bhsLength);
    writeTextRequest(
      {
        immediate: true,
        final,
        continues,
        lun: noLun,
        initiatorTaskTag: tag,
        targetTransferTag: transferTag,
        cmdSn: this.#number(true),
        expStatSn: 0,
      },
      bhs,
    );
    this.send(bhs, data);
    return tag;
  }

  logout(reason: number = LogoutReason.closeSession, connectionId = 0): number {
    const tag = this.#newTag();
    const bhs = new Uint8Array(bhsLength);
    writeLogoutRequest({ immediate: true, reason, initiatorTaskTag: tag, connectionId, cmdSn: this.cmdSn, expStatSn: 0 }, bhs);
    this.send(bhs);
    return tag;
  }

  #nopOut(initiatorTaskTag: number, targetTransferTag: number, data: Uint8Array, immediate: boolean): void {
    const bhs = new Uint8Array(bhsLength);
    writeNopOut({ immediate, lun: noLun, initiatorTaskTag, targetTransferTag, cmdSn: this.#number(immediate), expStatSn: 0 }, bhs);
    this.send(bhs, data);
  }

  #newTag(): number {
    const tag = this.nextTag;
    this.nextTag += 1;
    return tag;
  }

  #number(immediate: boolean): number {
    const { cmdSn } = this;
    if (!immediate) this.cmdSn = (cmdSn + 1) >>> 0;
    return cmdSn;
  }

  // ------------------------------------------------------------------------------------------------------------------ ByteStreamCore

  opened(wake: () => void): void {
    this.#wake = wake;
  }

  receive(chunk: Uint8Array): void {
    this.#input = Buffer.concat([this.#input, chunk]);
    for (;;) {
      if (this.#input.length < bhsLength) return;
      const start = bhsLength + getAhsLength(this.#input);
      const length = getDataSegmentLength(this.#input);
      const end = start + paddedLength(length);
      if (this.#input.length < end) return;
      this.received.push({
        opcode: opcodeOf(this.#input),
        bhs: new Uint8Array(this.#input.subarray(0, bhsLength)),
        data: new Uint8Array(this.#input.subarray(start, start + length)),
      });
      this.#input = this.#input.subarray(end);
    }
  }

  placement(): undefined {
    return undefined;
  }

  placed(): void {}

  takeOutput(): readonly Uint8Array[] {
    return this.#output.splice(0);
  }

  outputSent(): void {}

  deadline(): Instant | undefined {
    return undefined;
  }

  timeout(): void {}

  closed(cause: Error | undefined): void {
    this.isClosed = true;
    this.closedBy = cause;
  }
}

export const testTargetName = "iqn.2026-11.test:disk";

function wireLun(lun: number): Uint8Array {
  const wire = new Uint8Array(8);
  encodeLun(wire, 0, lun);
  return wire;
}
