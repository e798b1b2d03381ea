import type { PageState, PageUpdate } from "../page/page-state.ts";

/** What the token has bought, and who told us: a reload finds the key in this tab's own storage. */
const keyName = "lrc-key";

/** Something was asked for and refused; the message says why. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** Exchanges the token in the address for a key, and takes it out of the address. False when this tab has neither. */
export async function enter(): Promise<boolean> {
  const token = location.hash.slice(1);
  if (token !== "") history.replaceState(null, "", location.pathname);
  if (token === "") return sessionStorage.getItem(keyName) !== null;
  const response = await post("/api/enter", { token });
  if (!response.ok) return false;
  const { key } = (await response.json()) as { key: string };
  sessionStorage.setItem(keyName, key);
  return true;
}

/** Asks the program to do something. Rejects with `Refused` and its reason. */
export async function act<Result = unknown>(action: string, input: object = {}): Promise<Result> {
  let response: Response;
  try {
    response = await post(`/api/do/${action}`, input);
  } catch {
    throw new Refused("lrc has ended; go on in the terminal");
  }
  const answer = (await response.json().catch(() => ({ message: `the answer (${response.status}) cannot be read` }))) as {
    result: Result;
    message?: string;
  };
  if (!response.ok) throw new Refused(answer.message ?? `refused (${response.status})`);
  return answer.result;
}

export interface Listener {
  readonly onState: (state: PageState) => void;
  readonly onUpdate: (update: PageUpdate) => void;
  /** The program has ended, or does not know us. */
  readonly onEnd: (reason: "ended" | "refused") => void;
}

/** Listens for as long as the program lives. A stream that breaks is opened again a few times. */
export async function listen({ onState, onUpdate, onEnd }: Listener): Promise<void> {
  for (let failures = 0; failures < 3; failures += 1) {
    try {
      const response = await fetch("/api/events", { headers: headers() });
      if (response.status === 403) {
        onEnd("refused");
        return;
      }
      if (response.body === null) break;
      for await (const { event, data } of events(response.body)) {
        failures = 0;
        if (event === "state") onState(JSON.parse(data) as PageState);
        else if (event === "update") onUpdate(JSON.parse(data) as PageUpdate);
      }
    } catch {
      // It is tried again below.
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  onEnd("ended");
}

function post(path: string, body: object): Promise<Response> {
  return fetch(path, { method: "POST", headers: { ...headers(), "content-type": "application/json" }, body: JSON.stringify(body) });
}

function headers(): Record<string, string> {
  const key = sessionStorage.getItem(keyName);
  return key === null ? {} : { "lrc-key": key };
}

/** Server-sent events by hand: the browser's own reader cannot send the key along. */
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<{ readonly event: string; readonly data: string }> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let pending = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    pending += part.value;
    const blocks = pending.split("\n\n");
    pending = blocks.pop() ?? "";
    for (const block of blocks) {
      const field = (name: string): string =>
        block
          .split("\n")
          .filter((line) => line.startsWith(`${name}: `))
          .map((line) => line.slice(name.length + 2))
          .join("\n");
      yield { event: field("event"), data: field("data") };
    }
  }
}
