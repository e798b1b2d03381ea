import { spawn } from "node:child_process";
import type { ReviewedRepository } from "./reviewed-repository.ts";

/** What somebody does on the page. */
interface Click {
  readonly answer: string;
  readonly message?: string;
}

/** A commit at a terminal that is answered on the review page, without a browser: what the page sends is sent from here. Resolves when the click has arrived. */
export async function clickedCommit(
  scratch: ReviewedRepository,
  { answer, message }: Click,
  cwd = scratch.root,
): Promise<{ readonly ended: Promise<number | null>; readonly output: () => string }> {
  const { CI: _, DISPLAY: _display, SSH_CONNECTION: _ssh, ...env } = scratch.env;
  const child = spawn("script", ["--quiet", "--return", "--flush", "--command", "git commit -m typed", "/dev/null"], {
    cwd,
    env: { ...env, TERM: "xterm", SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const url = await new Promise<URL>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/#[\w-]+(?=\s)/.exec(output);
      if (found !== null) resolve(new URL(found[0]));
    });
    void ended.then(() => reject(new Error(`it ended without a page: ${output}`)));
  });
  const headers = { origin: url.origin, "content-type": "application/json" };
  const post = async (path: string, more: Record<string, string>, body: unknown): Promise<Response> => {
    const response = await fetch(new URL(path, url), { method: "POST", headers: { ...headers, ...more }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const entered = await post("/api/enter", {}, { token: url.hash.slice(1) });
  const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
  const { key } = (await entered.json()) as { readonly key: string };
  await until(`"${answer}"`, await fetch(new URL("/api/events", url), { headers: { ...headers, cookie, "lrc-key": key } }));
  await post("/api/do/answer", { cookie, "lrc-key": key }, { answer, message });
  return { ended, output: () => output };
}

/** Reads what the page is told until something is in it. */
async function until(wanted: string, { body }: Response): Promise<void> {
  if (body === null) throw new Error("the page is told nothing");
  let told = "";
  const decoder = new TextDecoder();
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    told += decoder.decode(chunk, { stream: true });
    if (told.includes(wanted)) return;
  }
  throw new Error(`the page was never told ${wanted}: ${told}`);
}
