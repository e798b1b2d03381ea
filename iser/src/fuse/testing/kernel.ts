import type { BlockDevice } from "#block";
import { FuseFile } from "../fuse-file.ts";
import { Opcode } from "../protocol/opcode.ts";
import type { RequestSlot } from "../request-slot.ts";

/** A reply as the kernel reads it. */
export interface Reply {
  readonly unique: number;
  /** 0, or an error number below zero. */
  readonly error: number;
  readonly body: Buffer;
}

/** The other side of /dev/fuse: makes requests, byte for byte, and takes replies apart. Every slot that is free again is filled with rubbish, so that who still uses it is found out. */
export class Kernel {
  readonly file: FuseFile;
  readonly faults: string[] = [];
  readonly replies: Reply[] = [];
  /** Slots given to the file and not back. */
  lent = 0;
  #unique = 0;
  readonly #free: RequestSlot[] = [];

  constructor(device: BlockDevice) {
    this.file = new FuseFile({
      device,
      maxBackground: 16,
      onReply: (slot, length) => this.#take(slot, length),
      onFault: (message) => this.faults.push(message),
    });
  }

  /** Agrees on a version, as Linux 6.1 does. */
  initialise(major = 7, minor = 37): Reply {
    const body = Buffer.alloc(64);
    for (const [index, value] of [major, minor, 131072, 0x73ff_fffb].entries()) body.writeUInt32LE(value >>> 0, 4 * index);
    return this.ask(Opcode.init, body, 0);
  }

  /** A request whose reply comes at once. */
  ask(opcode: number, body: Uint8Array = Buffer.alloc(0), node = 1): Reply {
    const unique = this.post(opcode, body, node);
    const reply = this.replies.pop();
    if (reply?.unique !== unique) throw new Error(`request ${unique} has no reply`);
    return reply;
  }

  /** A request; what is replied goes to `replies`. */
  post(opcode: number, body: Uint8Array = Buffer.alloc(0), node = 1): number {
    const unique = 2 * ++this.#unique;
    this.send(requestBytes(opcode, unique, node, body));
    return unique;
  }

  /** Bytes, whatever they mean. */
  send(bytes: Uint8Array): void {
    const slot = this.#free.pop() ?? this.file.newSlot();
    slot.memory.set(bytes);
    this.lent++;
    this.file.handle(slot, bytes.length);
  }

  #take(slot: RequestSlot, length: number): void {
    this.lent--;
    this.#free.push(slot);
    const bytes = Buffer.from(slot.memory.subarray(0, length));
    slot.memory.fill(0xdd, 0, length);
    if (length === 0) return;
    if (bytes.readUInt32LE(0) !== length) throw new Error(`a reply of ${length} bytes says that it has ${bytes.readUInt32LE(0)}`);
    this.replies.push({ unique: Number(bytes.readBigUInt64LE(8)), error: bytes.readInt32LE(4), body: bytes.subarray(16) });
  }
}

export function requestBytes(opcode: number, unique: number, node: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40 + body.length, 0);
  header.writeUInt32LE(opcode, 4);
  header.writeBigUInt64LE(BigInt(unique), 8);
  header.writeBigUInt64LE(BigInt(node), 16);
  return Buffer.concat([header, body]);
}

/** struct fuse_read_in, and struct fuse_write_in with its data behind it. */
export function transfer(offset: number | bigint, length: number, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const body = Buffer.alloc(40);
  body.writeBigUInt64LE(BigInt(offset), 8);
  body.writeUInt32LE(length, 16);
  return Buffer.concat([body, data]);
}

/** struct fuse_fallocate_in. */
export function range(offset: number, length: number, mode: number): Buffer {
  const body = Buffer.alloc(32);
  body.writeBigUInt64LE(BigInt(offset), 8);
  body.writeBigUInt64LE(BigInt(length), 16);
  body.writeUInt32LE(mode, 24);
  return body;
}
