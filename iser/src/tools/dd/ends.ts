/** Where data comes from. All positions and lengths in bytes. */
export interface Source {
  /** For people, without secrets. */
  readonly name: string;
  /** How much there is; undefined when only reading tells. */
  readonly size: number | undefined;
  /** Reads must come one after the other, in order of their positions. */
  readonly inOrder: boolean;
  /** Fills `destination` from `position`; resolves to the bytes there were, fewer than asked only at the end. */
  read(position: number, destination: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

/** Where data goes. */
export interface Sink {
  readonly name: string;
  /** How much fits; undefined when it grows. */
  readonly capacity: number | undefined;
  readonly inOrder: boolean;
  /** `data` is the caller's again when the promise settles. */
  write(position: number, data: Uint8Array): Promise<void>;
  /** Makes a range read as zeroes without sending them; absent where there is no such way. */
  skipZeroes?(position: number, length: number): Promise<void>;
  /** Everything written is durable when the promise resolves. */
  flush(): Promise<void>;
  /** For verification; absent where what is written is gone. */
  readBack?(position: number, destination: Uint8Array): Promise<number>;
  close(): Promise<void>;
}
