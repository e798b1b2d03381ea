import {
  bhsLength,
  type LoginPdu,
  noLun,
  putResponseNumbers,
  type ResponseNumbers,
  reservedTag,
  senseSegment,
  type TargetDatamover,
  writeAsyncMessage,
  writeLogoutResponse,
  writeNopIn,
  writeReject,
  writeTaskManagementResponse,
  writeTextResponse,
} from "#iscsi";
import type { RejectReasonCode } from "./gate.ts";
import type { TextStep } from "./text-exchange.ts";

/** The connection that responses are sent on. */
export interface ResponseOrigin {
  /** The next StatSN, which is used up, and the command window as it is now. */
  takeNumbers(): ResponseNumbers;
  /** The same without using the StatSN up. */
  viewNumbers(): ResponseNumbers;
  /** So much more waits to be sent. */
  queued(bytes: number): void;
}

/** What an Asynchronous Message says besides its event; see `AsyncEvent`. */
export interface AsyncMessageParameters {
  readonly parameter1?: number;
  readonly parameter2?: number;
  readonly parameter3?: number;
}

/** Sends the PDUs of a target that are no part of a SCSI command, each with the numbers of its moment. */
export class ResponseSender {
  readonly #mover: TargetDatamover;
  readonly #origin: ResponseOrigin;
  readonly #bhs = new Uint8Array(bhsLength);

  constructor(mover: TargetDatamover, origin: ResponseOrigin) {
    this.#mover = mover;
    this.#origin = origin;
  }

  login(pdu: LoginPdu): void {
    this.#bhs.set(pdu.bhs);
    putResponseNumbers(this.#bhs, this.#origin.takeNumbers());
    this.#send(pdu.data);
  }

  /** Answers the initiator's ping. */
  pong(initiatorTaskTag: number, lun: Uint8Array, data: Uint8Array): void {
    writeNopIn({ initiatorTaskTag, targetTransferTag: reservedTag, lun, ...this.#origin.takeNumbers() }, this.#bhs);
    this.#send(data);
  }

  /** Our own ping. */
  ping(targetTransferTag: number): void {
    writeNopIn({ initiatorTaskTag: reservedTag, targetTransferTag, lun: noLun, ...this.#origin.viewNumbers() }, this.#bhs);
    this.#send();
  }

  text(initiatorTaskTag: number, step: Extract<TextStep, { kind: "respond" }>): void {
    const { final, continues, targetTransferTag, data } = step;
    writeTextResponse({ initiatorTaskTag, final, continues, targetTransferTag, lun: noLun, ...this.#origin.takeNumbers() }, this.#bhs);
    this.#send(data);
  }

  /** `response` is a `TaskManagementResponseCode`. */
  taskManagement(initiatorTaskTag: number, response: number): void {
    writeTaskManagementResponse({ initiatorTaskTag, response, ...this.#origin.takeNumbers() }, this.#bhs);
    this.#send();
  }

  /** `response` is a `LogoutResponseCode`. Nothing survives a session here, so there is nothing to wait for. */
  logout(initiatorTaskTag: number, response: number): void {
    writeLogoutResponse({ initiatorTaskTag, response, time2Wait: 0, time2Retain: 0, ...this.#origin.takeNumbers() }, this.#bhs);
    this.#send();
  }

  /** Refuses a PDU; `bhs` is its header, which goes back. */
  reject(reason: RejectReasonCode, bhs: Uint8Array): void {
    writeReject({ reason, dataSn: 0, ...this.#origin.takeNumbers() }, this.#bhs);
    this.#send(bhs.subarray(0, bhsLength));
  }

  /** `sense` goes along with a SCSI event. */
  asyncMessage(event: number, parameters: AsyncMessageParameters, sense: Uint8Array = noSense): void {
    const { parameter1 = 0, parameter2 = 0, parameter3 = 0 } = parameters;
    const pdu = { event, vendorCode: 0, parameter1, parameter2, parameter3, lun: noLun, ...this.#origin.takeNumbers() };
    writeAsyncMessage(pdu, this.#bhs);
    this.#send(senseSegment(sense));
  }

  #send(data?: Uint8Array): void {
    this.#origin.queued(bhsLength + (data?.length ?? 0));
    this.#mover.sendControl(this.#bhs, data);
  }
}

const noSense = new Uint8Array(0);
