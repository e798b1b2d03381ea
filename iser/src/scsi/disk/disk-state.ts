import { BlockError, type BlockFeatures, type BlockGeometry } from "#block";
import type { SenseData } from "../sense.ts";
import { DiskCapabilities, type RefusedCommand } from "./disk-capabilities.ts";
import type { DiskDescription } from "./disk-description.ts";
import { diskFeatures, diskGeometry, readsZeroes } from "./disk-features.ts";
import { type DiskLimits, diskLimits } from "./disk-limits.ts";

/** What is known of the disk by now: what it said, and what follows from that and from what it refused since. */
export class DiskState {
  description: DiskDescription;
  capabilities: DiskCapabilities;
  limits: DiskLimits;
  geometry: BlockGeometry;
  features: BlockFeatures;
  /** Set when the unit is no longer the one that was opened: nothing may be read from it or written to it any more. */
  gone: BlockError | undefined = undefined;

  constructor(description: DiskDescription) {
    this.description = description;
    this.capabilities = new DiskCapabilities(description);
    this.limits = diskLimits(description);
    this.geometry = diskGeometry(description);
    this.features = diskFeatures(description, this.capabilities);
  }

  /** Unmapped blocks read as zeroes. */
  get readsZeroes(): boolean {
    return readsZeroes(this.description);
  }

  /** The most bytes of one command over a port with this limit (0: none). */
  maxTransferBytes(ofPort: number): number {
    const { blockSize } = this.geometry;
    const ofDisk = this.limits.maxTransfer * blockSize;
    if (ofPort === 0 || ofPort >= ofDisk) return ofDisk;
    return Math.max(blockSize, ofPort - (ofPort % blockSize));
  }

  /** Remembers that the disk refused `command`. True when the same operation may be tried in another form. */
  refused(command: RefusedCommand, sense: SenseData | undefined): boolean {
    const otherForm = this.capabilities.refused(command, sense);
    this.features = diskFeatures(this.description, this.capabilities);
    return otherForm;
  }

  /** The disk was asked again. True when it has another size now. */
  become(description: DiskDescription): boolean {
    const before = this.description;
    if (description.identity.id !== before.identity.id || description.capacity.blockSize !== before.capacity.blockSize) {
      const name = before.identity.id ?? `the disk of ${before.capacity.blockSize}-byte blocks`;
      this.gone = new BlockError("ESHUTDOWN", `the logical unit is no longer ${name} that was opened; open it again`);
      return false;
    }
    this.description = description;
    this.capabilities = new DiskCapabilities(description);
    this.limits = diskLimits(description);
    this.geometry = diskGeometry(description);
    this.features = diskFeatures(description, this.capabilities);
    return description.capacity.lastLba !== before.capacity.lastLba;
  }
}
