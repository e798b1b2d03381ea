import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeededRandom, SystemClock } from "kit/clock";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { LivePage } from "../page/live-page.ts";
import { reviewPage } from "../testing/review-page.ts";
import { PageError, type PageServer, servePage } from "./serve-page.ts";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request as an attacker writes it: every header is theirs. */
function ask(
  path: string,
  {
    method = "GET",
    headers = {},
    body,
  }: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port: server.port, path, method, headers, setHost: headers.host === undefined },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

const own = (): Record<string, string> => ({ origin: `http://127.0.0.1:${server.port}`, "content-type": "application/json" });
const post = (path: string, headers: Record<string, string>, body: unknown = {}): Promise<Answer> =>
  ask(path, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });

/** What our own page sends once it has exchanged the token. */
async function entered(): Promise<Record<string, string>> {
  const { headers, text } = await post("/api/enter", own(), { token: new URL(server.url).hash.slice(1) });
  const cookie = headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  return { ...own(), cookie, "lrc-key": (JSON.parse(text) as { key: string }).key };
}

let server: PageServer;
let assets: string;
const done: string[] = [];
let left = 0;

beforeAll(() => {
  assets = mkdtempSync(join(tmpdir(), "lrc-assets-"));
  writeFileSync(join(assets, "index.html"), "<!doctype html><title>page</title>");
  writeFileSync(join(assets, ".built-from"), "not for everybody");
});
afterAll(() => rmSync(assets, { recursive: true }));
afterEach(async () => {
  done.length = 0;
  left = 0;
  await server.close();
});

async function serve(page = new LivePage(reviewPage())): Promise<LivePage> {
  server = await servePage({
    page,
    assets,
    clock: new SystemClock(),
    random: new SeededRandom(7),
    actions: {
      answer: ({ answer }) => void done.push(String(answer)),
      refuse: () => {
        throw new PageError("not now");
      },
      fail: () => {
        throw new Error("secret stack");
      },
    },
    onLeft: () => {
      left += 1;
    },
  });
  return page as LivePage;
}

describe("a page's server", () => {
  it("answers its own page, which shows the token to nobody else", async () => {
    await serve();
    const page = await ask("/");
    expect(page.status).toBe(200);
    expect(page.text).toContain("<title>page</title>");
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{22}$/);
    const answer = await post("/api/do/answer", await entered(), { answer: "vouch" });
    expect(answer.status).toBe(200);
    expect(done).toEqual(["vouch"]);
  });

  it("gives a cookie that no script reads and no other site sends", async () => {
    await serve();
    const { headers } = await post("/api/enter", own(), { token: new URL(server.url).hash.slice(1) });
    expect(headers["set-cookie"]?.[0]).toMatch(/^lrc-\d+=[\w-]{22}; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  it("says on every answer, refusals too, that nothing foreign runs in it or frames it", async () => {
    await serve();
    for (const answer of [await ask("/"), await ask("/nothing"), await ask("/", { headers: { host: "evil.example" } })]) {
      expect(answer.headers["content-security-policy"]?.toString().split("; ").sort()).toEqual([
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "worker-src 'self'",
      ]);
      expect(answer.headers["x-content-type-options"]).toBe("nosniff");
      expect(answer.headers["referrer-policy"]).toBe("no-referrer");
      expect(answer.headers["cross-origin-resource-policy"]).toBe("same-origin");
      expect(answer.headers["cache-control"]).toBe("no-store");
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    }
  });

  it.each(["evil.example", "127.0.0.1:1", "127.0.0.1", "lrc.evil.example:80", "127.0.0.1.evil.example", "[::ffff:127.0.0.1]"])(
    "is not reached by the name %s, whatever DNS says it means",
    async (host) => {
      await serve();
      const headers = await entered();
      // What is no name at all is refused sooner.
      expect([400, 403]).toContain((await ask("/", { headers: { host } })).status);
      expect((await post("/api/do/answer", { ...headers, host, origin: `http://${host}` }, { answer: "commit" })).status).not.toBe(200);
      expect(done).toEqual([]);
    },
  );

  it("is not reached by another name in the first line of a request either", async () => {
    await serve();
    expect((await ask("http://evil.example/")).status).toBe(403);
    expect((await ask(`http://127.0.0.1:${server.port}/`)).status).toBe(200);
  });

  it.each(["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1", "http://localhost:1"])(
    "does nothing for the origin %s, though the browser sends our cookie along",
    async (origin) => {
      await serve();
      const headers = await entered();
      expect((await post("/api/do/answer", { ...headers, origin }, { answer: "commit" })).status).toBe(403);
      expect((await ask("/api/events", { headers: { ...headers, origin } })).status).toBe(403);
      expect((await post("/api/enter", { ...own(), origin }, { token: new URL(server.url).hash.slice(1) })).status).toBe(403);
      expect(done).toEqual([]);
    },
  );

  it("does nothing for a request whose origin is missing, or that another site has caused", async () => {
    await serve();
    const { origin: _, ...headers } = await entered();
    expect((await post("/api/do/answer", headers, { answer: "commit" })).status).toBe(403);
    for (const site of ["cross-site", "same-site"]) {
      expect((await post("/api/do/answer", { ...headers, ...own(), "sec-fetch-site": site }, { answer: "commit" })).status).toBe(403);
      expect((await ask("/", { headers: { "sec-fetch-site": site } })).status).toBe(403);
    }
    expect(done).toEqual([]);
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonp"])(
    "reads no %j, which a form could send without asking",
    async (type) => {
      await serve();
      const headers = await entered();
      expect((await post("/api/do/answer", { ...headers, "content-type": type }, { answer: "commit" })).status).toBe(415);
      expect(done).toEqual([]);
    },
  );

  it.each(["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])("answers no %s", async (method) => {
    await serve();
    const headers = await entered();
    const answer = await ask("/api/do/answer", { method, headers });
    expect(answer.status).toBe(405);
    expect(answer.headers["access-control-allow-methods"]).toBeUndefined();
  });

  it("changes nothing for a GET", async () => {
    await serve();
    expect((await ask("/api/do/answer", { headers: await entered() })).status).toBe(404);
    expect(done).toEqual([]);
  });

  it("gives a wrong token nothing, in whatever shape", async () => {
    await serve();
    const token = new URL(server.url).hash.slice(1);
    for (const wrong of ["", token.slice(1), `${token}A`, token.toLowerCase(), null, 0, {}, [token], undefined]) {
      const answer = await post("/api/enter", own(), { token: wrong });
      expect(answer.status).toBe(403);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
  });

  it("lets another user of the machine do nothing: the port is open to them, the page's secrets are not", async () => {
    await serve();
    const headers = await entered();
    const { cookie = "", "lrc-key": key = "" } = headers;
    const without = (...names: string[]): Record<string, string> =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
    const tries = [
      without("cookie", "lrc-key"),
      // Their own server on this host was sent our cookie: cookies know no ports.
      without("lrc-key"),
      without("cookie"),
      { ...headers, "lrc-key": cookie.split("=")[1] ?? "" },
      { ...headers, cookie: `lrc-${server.port}=${key}` },
      { ...headers, cookie: cookie.replace(/^lrc-\d+/, "lrc-1") },
    ];
    for (const tried of tries) {
      expect((await post("/api/do/answer", tried, { answer: "commit" })).status).toBe(403);
      expect((await ask("/api/events", { headers: tried })).status).toBe(403);
    }
    expect(done).toEqual([]);
  });

  it("gives no file that is not of the page", async () => {
    await serve();
    const paths = [
      "/../package.json",
      "/%2e%2e/package.json",
      "/assets/../../x.js",
      "/.built-from",
      "/assets/%2e%2e%2findex.html",
      "//etc/passwd",
    ];
    for (const path of paths) expect((await ask(path)).status, path).toBe(404);
  });

  it("says a refusal to whoever clicked, and of a fault no more than its sentence", async () => {
    await serve();
    const headers = await entered();
    expect(await post("/api/do/refuse", headers)).toMatchObject({ status: 409, text: '{"message":"not now"}' });
    expect((await post("/api/do/fail", headers)).text).toBe('{"message":"secret stack"}');
    for (const name of ["constructor", "toString", "__proto__", "nothing"]) {
      expect((await post(`/api/do/${name}`, headers)).status, name).toBe(404);
    }
    for (const body of ["", "{", "[]", "null", '"x"']) expect((await post("/api/do/answer", headers, body)).status, body).toBe(400);
    expect((await post("/api/do/answer", headers, { answer: "x".repeat(300_000) })).status).toBe(413);
  });

  it("streams what changes, and ends its streams when it is closed", async () => {
    const page = await serve();
    const headers = await entered();
    const response = await fetch(`http://127.0.0.1:${server.port}/api/events`, { headers });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const until = async (wanted: string): Promise<void> => {
      while (!text.includes(wanted)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`ended without ${wanted}`);
        text += value;
      }
    };
    await until('"kind":"review"');
    page.update({ outcome: "</script>\u2028 Committed." });
    await until("Committed.");
    expect(text).toContain("event: update\n");
    await server.close();
    while (!(await reader.read()).done);
    expect(left).toBe(0);
  });
});
