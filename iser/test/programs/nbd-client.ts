import { connect, type Socket } from "node:net";

const optionMagic = Buffer.from("IHAVEOPT");
const exportName = 1;
const noZeroes = 3; // fixed newstyle, and no zeroes behind the export's description
const requestMagic = 0x25609513;
const replyMagic = 0x67446698;
const command = { read: 0, write: 1, flush: 3 } as const;

/** As small an NBD client as can read and write: one request at a time, simple replies (NBD protocol, "Newstyle negotiation" and "Simple reply"). */
export class NbdClient {
  /** Of the export, in bytes. */
  size = 0;
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<Buffer>;
  #received: Buffer = Buffer.alloc(0);

  /** Fails when there is no such export: the server then ends the connection. */
  static async open(path: string, name: string): Promise<NbdClient> {
    const client = new NbdClient(connect({ path }));
    await client.#choose(name);
    return client;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    // The end of a connection is told by the reads that it leaves without an answer.
    socket.on("error", () => {});
  }

  async read(offset: number, length: number): Promise<Buffer> {
    await this.#ask(command.read, offset, length, Buffer.alloc(0));
    return this.#take(length);
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    await this.#ask(command.write, offset, data.length, data);
  }

  async flush(): Promise<void> {
    await this.#ask(command.flush, 0, 0, Buffer.alloc(0));
  }

  /** Waits for the server to end the connection. */
  async ended(): Promise<void> {
    while (!(await this.#chunks.next()).done);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #choose(name: string): Promise<void> {
    await this.#take(18);
    const option = Buffer.alloc(20);
    option.writeUInt32BE(noZeroes);
    optionMagic.copy(option, 4);
    option.writeUInt32BE(exportName, 12);
    option.writeUInt32BE(Buffer.byteLength(name), 16);
    this.#socket.write(Buffer.concat([option, Buffer.from(name)]));
    this.size = Number((await this.#take(10)).readBigUInt64BE());
  }

  async #ask(type: number, offset: number, length: number, data: Uint8Array): Promise<void> {
    const request = Buffer.alloc(28);
    request.writeUInt32BE(requestMagic);
    request.writeUInt16BE(type, 6);
    request.writeBigUInt64BE(BigInt(offset), 16);
    request.writeUInt32BE(length, 24);
    this.#socket.write(Buffer.concat([request, data]));
    const reply = await this.#take(16);
    if (reply.readUInt32BE() !== replyMagic) throw new Error("that is no NBD reply");
    const error = reply.readUInt32BE(4);
    if (error !== 0) throw new Error(`NBD error ${error}`);
  }

  async #take(count: number): Promise<Buffer> {
    while (this.#received.length < count) {
      const next = await this.#chunks.next();
      if (next.done === true) throw new Error("the server ended the connection");
      this.#received = Buffer.concat([this.#received, next.value]);
    }
    const taken = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return taken;
  }
}
