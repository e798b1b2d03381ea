import type { BlockDevice } from "#block";
import { maximumPayloadBytes } from "../export.ts";
import { NbdError } from "../pdu/nbd-error.ts";
import { Command, CommandFlag, type Request } from "../pdu/request.ts";
import { TransmissionFlag } from "../pdu/transmission-flag.ts";

/** Why a request is not begun. The connection goes on. */
export interface Refusal {
  readonly error: NbdError;
  /** For the client's user. */
  readonly message: string;
}

const refusals = {
  command: { error: NbdError.EINVAL, message: "unknown command" },
  notOffered: { error: NbdError.EINVAL, message: "this export does not offer that command" },
  noContext: { error: NbdError.EINVAL, message: "block status without a negotiated metadata context" },
  flags: { error: NbdError.EINVAL, message: "flags that do not go with this command" },
  readOnly: { error: NbdError.EPERM, message: "the export is read-only" },
  reserved: { error: NbdError.EINVAL, message: "a flush has neither offset nor length" },
  empty: { error: NbdError.EINVAL, message: "length 0" },
  unaligned: { error: NbdError.EINVAL, message: "offset or length is not a multiple of the minimum block size" },
  writeTooLong: { error: NbdError.EINVAL, message: "longer than the maximum payload size" },
  readTooLong: { error: NbdError.EOVERFLOW, message: "longer than the maximum payload size" },
  beyondEnd: { error: NbdError.EINVAL, message: "reaches beyond the end of the export" },
  writeBeyondEnd: { error: NbdError.ENOSPC, message: "reaches beyond the end of the export" },
} satisfies Record<string, Refusal>;

/** The answer to everything that comes once the end was announced. */
export const shuttingDown: Refusal = { error: NbdError.ESHUTDOWN, message: "the server is shutting down" };

/** Flags that go with each command, besides FUA, which goes with all ("existing clients are known to set this bit on other commands"). */
const flagsOf: Readonly<Record<number, number>> = {
  [Command.read]: CommandFlag.df,
  [Command.write]: 0,
  [Command.flush]: 0,
  [Command.trim]: 0,
  [Command.cache]: 0,
  [Command.writeZeroes]: CommandFlag.noHole | CommandFlag.fastZero,
  [Command.blockStatus]: CommandFlag.reqOne,
};

/** What was agreed when the export was chosen. */
export interface Agreement {
  readonly device: BlockDevice;
  /** `TransmissionFlag`s. */
  readonly flags: number;
  readonly structuredReplies: boolean;
  /** The id given to base:allocation, or undefined when it was not selected. */
  readonly allocationContextId: number | undefined;
}

/** Judges a request (not NBD_CMD_DISC) before anything is done or allocated for it; undefined means go ahead. */
export function refusalOf(request: Readonly<Request>, agreed: Agreement): Refusal | undefined {
  const { command, length } = request;
  const allowedFlags = flagsOf[command];
  if (allowedFlags === undefined) return refusals.command;
  const { geometry } = agreed.device;
  if ((request.flags & ~(allowedFlags | CommandFlag.fua)) !== 0) return refusals.flags;
  if ((request.flags & CommandFlag.df) !== 0 && !agreed.structuredReplies) return refusals.flags;
  if (command === Command.flush) return request.offset === 0 && length === 0 ? undefined : refusals.reserved;
  const notOffered = refusalOfCommand(command, agreed);
  if (notOffered !== undefined) return notOffered;
  if (length === 0) return refusals.empty;
  if (length > maximumPayloadBytes) {
    if (command === Command.write) return refusals.writeTooLong;
    if (command === Command.read) return refusals.readTooLong;
  }
  // An offset of -1 stands for one beyond 2^53, so this comes before alignment.
  if (request.offset < 0 || request.offset + length > geometry.size) return isWrite(command) ? refusals.writeBeyondEnd : refusals.beyondEnd;
  if (request.offset % geometry.blockSize !== 0 || length % geometry.blockSize !== 0) return refusals.unaligned;
  return undefined;
}

function refusalOfCommand(command: number, agreed: Agreement): Refusal | undefined {
  switch (command) {
    case Command.write:
      return (agreed.flags & TransmissionFlag.readOnly) !== 0 ? refusals.readOnly : undefined;
    case Command.trim:
      return refusalUnlessOffered(agreed, TransmissionFlag.sendTrim);
    case Command.writeZeroes:
      return refusalUnlessOffered(agreed, TransmissionFlag.sendWriteZeroes);
    case Command.cache:
      return (agreed.flags & TransmissionFlag.sendCache) !== 0 ? undefined : refusals.notOffered;
    case Command.blockStatus:
      return agreed.allocationContextId === undefined ? refusals.noContext : undefined;
    default:
      return undefined;
  }
}

/** For commands that change data: a read-only export refuses them as such. */
function refusalUnlessOffered(agreed: Agreement, offer: number): Refusal | undefined {
  if ((agreed.flags & TransmissionFlag.readOnly) !== 0) return refusals.readOnly;
  return (agreed.flags & offer) !== 0 ? undefined : refusals.notOffered;
}

/** NBD asks for ENOSPC where data would be written past the end, and for EINVAL everywhere else. */
function isWrite(command: number): boolean {
  return command === Command.write || command === Command.writeZeroes;
}
