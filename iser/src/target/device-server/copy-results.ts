import type { Nexus } from "./nexus.ts";

/** How an EXTENDED COPY that kept its list identifier goes or went (SPC-4, 6.18.2). */
export interface CopyStatus {
  completed: boolean;
  /** Whether the command is still there. One that is gone and did not complete has failed, whatever ended it. */
  readonly isRunning: () => boolean;
  segmentsProcessed: number;
  bytes: number;
}

/** More list identifiers than this of one nexus are not remembered. */
const maxPerNexus = 16;

/** The outcomes of EXTENDED COPY commands that can be asked for, by nexus and list identifier. */
export class CopyResults {
  readonly #byNexus = new Map<Nexus, Map<number, CopyStatus>>();

  get(nexus: Nexus, listId: number): CopyStatus | undefined {
    return this.#byNexus.get(nexus)?.get(listId);
  }

  /** A copy began; the oldest outcome makes room. */
  begin(nexus: Nexus, listId: number, status: CopyStatus): void {
    const results = this.#byNexus.get(nexus) ?? new Map<number, CopyStatus>();
    this.#byNexus.set(nexus, results);
    results.delete(listId);
    results.set(listId, status);
    if (results.size > maxPerNexus) results.delete(results.keys().next().value!);
  }

  forget(nexus: Nexus): void {
    this.#byNexus.delete(nexus);
  }
}
