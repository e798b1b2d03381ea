import { notice } from "./store.ts";

/** Puts a text where it can be pasted from, and says so. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notice.value = { text: done, isError: false };
  } catch {
    notice.value = { text: "the browser does not let this page copy", isError: true };
  }
}
