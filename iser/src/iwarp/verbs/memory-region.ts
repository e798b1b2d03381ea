/** What the peer may do with a region; rights add up. A region without any is a sink of our own RDMA Reads and nothing else. */
export const AccessRight = {
  none: 0,
  remoteRead: 1,
  remoteWrite: 2,
} as const;

/**
 * Memory that has an STag: a slot of the protection domain, the consumer's from `register` until `onDeregistered`. Its three numbers are what the peer
 * is told.
 */
export interface MemoryRegion {
  /** The steering tag: a 24-bit index and an 8-bit key that changes each time the index is used again. Never 0. */
  readonly stag: number;
  /** The tagged offset of the first byte, a safe integer. Regions of one domain do not overlap, so that an offset meant for another region is out of bounds. */
  readonly baseOffset: number;
  readonly length: number;
  /** False once the STag is dead: invalidated by the peer, deregistered, or the connection is over. The memory may still be in use. */
  readonly isValid: boolean;
  /** The consumer's; undefined again after `onDeregistered`. */
  context: unknown;
}

/** The regions that a connection can reach. Each connection has a domain of its own, so what an old connection's peer remembers means nothing in a new one. */
export interface ProtectionDomain {
  /** Lends `memory` to the peer, as far as `access` (a sum of AccessRights) goes. Not empty, shorter than 4 GiB. */
  register(memory: Uint8Array, access: number): MemoryRegion;

  /**
   * The STag dies now, if it still lives: nothing that arrives later reaches the memory. `onDeregistered` follows, perhaps before this returns, when
   * nothing that is under way refers to the memory any more: a Read Response to be sent, a read of the kernel into it. Every region is deregistered once, also one
   * that the peer has invalidated and those of a lost connection. RDMA Reads into it go on, and what they bring is thrown away.
   */
  deregister(region: MemoryRegion): void;
}
