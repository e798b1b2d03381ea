/** A device in /dev that was made, and when it is over. */
export interface AttachedDevice {
  readonly path: string;
  /** The file below it, if there is one. */
  readonly file?: string | undefined;
  /** Resolves when the device is gone, however that came; with the reason if nobody asked for it. */
  readonly ended: Promise<string | undefined>;
  /** The disk has another size: has the kernel look. */
  readonly resized: () => Promise<void>;
}
