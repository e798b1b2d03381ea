/** A change with the faults that are known to be in it. */
export interface Case {
  readonly id: string;
  readonly diff: string;
  readonly expected: readonly {
    readonly path: string;
    readonly side?: "old" | "new";
    readonly line: number;
    readonly endLine?: number;
    readonly text: string;
  }[];
}
