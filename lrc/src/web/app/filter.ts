import { signal } from "@preact/signals";
import { type Hidden, nothingHidden } from "./facets.ts";

/** What the reader has hidden. */
export const hidden = signal<Hidden>(nothingHidden);
