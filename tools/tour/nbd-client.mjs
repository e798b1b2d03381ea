/**
 * The smallest honest NBD client: fixed newstyle handshake, one export, simple replies, many requests under way at once. The tour needs no
 * foreign program, and it should talk to the daemon as one would.
 *
 * Source: the NBD protocol document (doc/proto.md of the NetworkBlockDevice project).
 */
import { connect } from "node:net";

const greetingMagic = 0x4e42444d41474943n; // "NBDMAGIC"
const optionMagic = 0x49484156454f5054n; // "IHAVEOPT"
const optionReplyMagic = 0x3e889045565a9n;
const requestMagic = 0x25609513;
const simpleReplyMagic = 0x67446698;

const flagFixedNewstyle = 1;
const flagNoZeroes = 2;
const option = { go: 7 };
const optionReply = { acknowledge: 1, information: 3, errorBit: 0x80000000 };
const information = { exportSize: 0 };
const command = { read: 0, write: 1, disconnect: 2, flush: 3 };

/** @typedef {{ done: () => void, failed: (error: Error) => void, destination?: Uint8Array }} Waiting */

export class NbdClient {
  /** @type {import("node:net").Socket} */ #socket;
  /** @type {ByteReader} */ #reader;
  /** @type {Map<bigint, Waiting>} by cookie */ #waiting = new Map();
  #nextCookie = 1n;
  /** Size of the export in bytes. */
  size = 0;

  /** @param {import("node:net").Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    this.#reader = new ByteReader(socket);
  }

  /**
   * @param {string} path of the server's unix socket
   * @param {string} exportName
   * @returns {Promise<NbdClient>} ready for reading and writing
   */
  static async open(path, exportName) {
    const socket = connect(path);
    const client = new NbdClient(socket);
    try {
      await client.#negotiate(exportName);
    } catch (error) {
      socket.destroy();
      throw error;
    }
    client.#receiveReplies().catch((error) => client.#fail(error));
    return client;
  }

  /** @param {string} exportName */
  async #negotiate(exportName) {
    const greeting = await this.#reader.take(18);
    if (greeting.readBigUInt64BE(0) !== greetingMagic || greeting.readBigUInt64BE(8) !== optionMagic) {
      throw new Error("this is no NBD server: its greeting is another");
    }
    const name = Buffer.from(exportName);
    const hello = Buffer.alloc(4 + 16 + 4 + name.length + 2);
    hello.writeUInt32BE(flagFixedNewstyle | flagNoZeroes, 0);
    hello.writeBigUInt64BE(optionMagic, 4);
    hello.writeUInt32BE(option.go, 12);
    hello.writeUInt32BE(4 + name.length + 2, 16);
    hello.writeUInt32BE(name.length, 20);
    name.copy(hello, 24);
    this.#socket.write(hello);
    for (;;) {
      const header = await this.#reader.take(20);
      if (header.readBigUInt64BE(0) !== optionReplyMagic) throw new Error("the NBD server's answer to GO is none");
      const type = header.readUInt32BE(12);
      const data = await this.#reader.take(header.readUInt32BE(16));
      if (type === optionReply.acknowledge) return;
      if (type >= optionReply.errorBit)
        throw new Error(`the NBD server refuses the export ${exportName}: ${data.toString() || `error ${type}`}`);
      if (type === optionReply.information && data.readUInt16BE(0) === information.exportSize) this.size = Number(data.readBigUInt64BE(2));
    }
  }

  /**
   * @param {number} offset in bytes
   * @param {Uint8Array} destination filled to its end
   */
  read(offset, destination) {
    return this.#request(command.read, offset, destination.length, { destination });
  }

  /**
   * @param {number} offset in bytes
   * @param {Uint8Array} source
   */
  write(offset, source) {
    return this.#request(command.write, offset, source.length, { source });
  }

  /** What was written before is durable when this ends. */
  flush() {
    return this.#request(command.flush, 0, 0, {});
  }

  /** Says goodbye and waits until the server has closed too. */
  async close() {
    this.#socket.end(this.#header(command.disconnect, 0n, 0, 0));
    if (!this.#socket.closed) await new Promise((resolve) => this.#socket.once("close", resolve));
  }

  /**
   * @param {number} type
   * @param {number} offset
   * @param {number} length
   * @param {{ source?: Uint8Array, destination?: Uint8Array }} data
   * @returns {Promise<void>}
   */
  #request(type, offset, length, { source, destination }) {
    const cookie = this.#nextCookie++;
    return new Promise((done, failed) => {
      this.#waiting.set(cookie, destination === undefined ? { done, failed } : { done, failed, destination });
      this.#socket.cork();
      this.#socket.write(this.#header(type, cookie, offset, length));
      if (source !== undefined) this.#socket.write(source);
      this.#socket.uncork();
    });
  }

  /**
   * @param {number} type
   * @param {bigint} cookie
   * @param {number} offset
   * @param {number} length
   */
  #header(type, cookie, offset, length) {
    const header = Buffer.alloc(28);
    header.writeUInt32BE(requestMagic, 0);
    header.writeUInt16BE(type, 6);
    header.writeBigUInt64BE(cookie, 8);
    header.writeBigUInt64BE(BigInt(offset), 16);
    header.writeUInt32BE(length, 24);
    return header;
  }

  async #receiveReplies() {
    for (;;) {
      const header = await this.#reader.take(16);
      const cookie = header.readBigUInt64BE(8);
      const waiting = this.#waiting.get(cookie);
      if (header.readUInt32BE(0) !== simpleReplyMagic || waiting === undefined)
        throw new Error("the NBD server's reply belongs to no request");
      const error = header.readUInt32BE(4);
      if (error === 0 && waiting.destination !== undefined) await this.#reader.fill(waiting.destination);
      this.#waiting.delete(cookie);
      if (error === 0) waiting.done();
      else waiting.failed(new Error(`the NBD server answers with error ${error}`));
    }
  }

  /** @param {Error} error */
  #fail(error) {
    for (const { failed } of this.#waiting.values()) failed(error);
    this.#waiting.clear();
    this.#socket.destroy();
  }
}

/** Bytes of a stream, as many as are asked for. */
class ByteReader {
  /** @type {AsyncIterator<Buffer>} */ #chunks;
  /** @type {Buffer} */ #rest = Buffer.alloc(0);

  /** @param {import("node:net").Socket} socket */
  constructor(socket) {
    this.#chunks = socket[Symbol.asyncIterator]();
  }

  /**
   * @param {number} length
   * @returns {Promise<Buffer>}
   */
  async take(length) {
    const bytes = Buffer.alloc(length);
    await this.fill(bytes);
    return bytes;
  }

  /** @param {Uint8Array} destination */
  async fill(destination) {
    let filled = 0;
    while (filled < destination.length) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#chunks.next();
        if (done) throw new Error("the NBD server closed the connection");
        this.#rest = value;
      }
      const part = this.#rest.subarray(0, destination.length - filled);
      destination.set(part, filled);
      this.#rest = this.#rest.subarray(part.length);
      filled += part.length;
    }
  }
}
