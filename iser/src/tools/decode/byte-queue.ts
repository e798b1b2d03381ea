const nothing = new Uint8Array(0);

/** Bytes that have come and have not been understood yet: what arrives in small pieces is put together once, when all of it is there. */
export class ByteQueue {
  #pieces: Uint8Array[] = [];
  length = 0;

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.length += bytes.length;
  }

  /** The first `count` bytes, which stay. There must be as many. */
  peek(count: number): Uint8Array {
    if (count > this.length) throw new RangeError(`${count} bytes of ${this.length}`);
    const first = this.#pieces[0] ?? nothing;
    if (first.length < count) this.#join(count);
    return (this.#pieces[0] ?? nothing).subarray(0, count);
  }

  /** The first `count` bytes, which are gone from here. */
  take(count: number): Uint8Array {
    const bytes = this.peek(count);
    this.length -= count;
    if (count > 0) this.#pieces[0] = this.#pieces[0]!.subarray(count);
    if (this.#pieces[0]?.length === 0) this.#pieces.shift();
    return bytes;
  }

  clear(): void {
    this.#pieces = [];
    this.length = 0;
  }

  /** Makes one piece of as many as hold `count` bytes. */
  #join(count: number): void {
    let held = 0;
    let pieces = 0;
    while (held < count) held += this.#pieces[pieces++]!.length;
    this.#pieces.splice(0, pieces, Buffer.concat(this.#pieces.slice(0, pieces)));
  }
}
