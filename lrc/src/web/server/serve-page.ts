import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getCookie, setCookie } from "hono/cookie";
import { streamSSE } from "hono/streaming";
import type { Clock, Random } from "kit/clock";
import type { LivePage } from "../page/live-page.ts";
import type { PageState } from "../page/page-state.ts";
import { Access } from "./access.ts";
import { refusalOf, responseHeaders } from "./guard.ts";
import { readPageFile } from "./page-files.ts";
import { TabWatch } from "./tab-watch.ts";

/** Something that a click asks for cannot be done. The message is a sentence for whoever clicked. */
export class PageError extends Error {
  override readonly name = "PageError";
}

/** What a click may do: handed in by whoever opens the page. What it returns, or resolves to, is sent back; a PageError is shown. */
export type PageAction = (input: Readonly<Record<string, unknown>>) => unknown;

export interface PageServerOptions<State extends PageState> {
  readonly page: LivePage<State>;
  readonly actions: Readonly<Record<string, PageAction>>;
  /** The folder with the built page. */
  readonly assets: string;
  readonly clock: Clock;
  readonly random: Random;
  /** No tab is open any more. */
  readonly onLeft: () => void;
}

export interface PageServer {
  /** The address with the token behind `#`. It opens everything: it belongs into no log. */
  readonly url: string;
  readonly port: number;
  /** Ends all streams and stops listening. What was written before still arrives. */
  close(): Promise<void>;
}

/** A body that a click sends: a message, or some fingerprints. */
const longestBody = 256 * 1024;
/** A browser takes its time to start; a reload is over sooner. */
const tabTimes = { firstMs: 120_000, returnMs: 4_000 } as const;
const heartbeatMs = 15_000;

/** Serves a page to the user's own browser on a loopback port that the system picks, until it is closed. */
export async function servePage<State extends PageState>(options: PageServerOptions<State>): Promise<PageServer> {
  const access = new Access(options.random);
  const streams = new Set<() => void>();
  const tabs = new TabWatch(options.clock, tabTimes, options.onLeft);
  const origins: string[] = [];
  const app = pageApp(options, access, origins, tabs, streams);
  const server = await listen(app);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the page's server has no port");
  const { port } = address;
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  origins.push(...[host, "127.0.0.1", "localhost", "[::1]"].map((name) => `http://${name}:${port}`));
  return {
    url: `http://${host}:${port}/#${access.token}`,
    port,
    close: async () => {
      tabs.stop();
      for (const end of streams) end();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        options.clock.after(500, () => server.closeAllConnections(), { background: true });
      });
    },
  };
}

function pageApp<State extends PageState>(
  { page, actions, assets, clock }: PageServerOptions<State>,
  access: Access,
  origins: readonly string[],
  tabs: TabWatch,
  streams: Set<() => void>,
): Hono {
  const app = new Hono();
  const cookieName = (host: string | undefined): string => `lrc-${host?.split(":").at(-1) ?? ""}`;
  app.use(async (context, next) => {
    const { req } = context;
    for (const [name, value] of Object.entries(responseHeaders)) context.header(name, value);
    const refusal = refusalOf({ method: req.method, url: req.url, header: (name) => req.header(name) }, origins);
    if (refusal !== undefined) return context.text(`${refusal.reason}\n`, refusal.status);
    return await next();
  });
  app.use("/api/*", bodyLimit({ maxSize: longestBody, onError: (context) => context.json({ message: "that is too much at once" }, 413) }));
  app.post("/api/enter", async (context) => {
    const { token } = await readBody(context.req);
    const granted = access.enter(token);
    if (granted === undefined) return context.json({ message: "this address is not right, or not any more" }, 403);
    setCookie(context, cookieName(context.req.header("host")), granted.cookie, { httpOnly: true, sameSite: "Strict", path: "/" });
    return context.json({ key: granted.key });
  });
  app.use("/api/*", async (context, next) => {
    const { req } = context;
    if (access.admits(getCookie(context, cookieName(req.header("host"))), req.header("lrc-key"))) return await next();
    return context.json({ message: "open the page with the address that lrc has printed" }, 403);
  });
  app.get("/api/events", (context) =>
    streamSSE(context, async (stream) => {
      const leave = tabs.enter();
      let end = (): void => undefined;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const send = (event: string, data: unknown): void => void stream.writeSSE({ event, data: JSON.stringify(data) }).catch(end);
      const unsubscribe = page.subscribe((update) => send("update", update));
      let timer = clock.after(heartbeatMs, beat, { background: true });
      function beat(): void {
        send("beat", {});
        timer = clock.after(heartbeatMs, beat, { background: true });
      }
      streams.add(end);
      stream.onAbort(end);
      send("state", page.state);
      await ended;
      timer.cancel();
      streams.delete(end);
      unsubscribe();
      leave();
    }),
  );
  app.post("/api/do/:action", async (context) => {
    const name = context.req.param("action");
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) return context.json({ message: `there is nothing called ${name} to do here` }, 404);
    const input = await readBody(context.req);
    try {
      return context.json({ result: (await action(input)) ?? null });
    } catch (error) {
      if (error instanceof Error && error.name === "PageError") return context.json({ message: error.message }, 409);
      throw error;
    }
  });
  app.get("*", (context) => {
    const file = readPageFile(assets, context.req.path);
    if (file === undefined) return context.text("there is nothing here\n", 404);
    return context.body(new Uint8Array(file.bytes), 200, { "content-type": file.type });
  });
  app.notFound((context) => context.text("there is nothing here\n", 404));
  app.onError((error, context) => {
    if (error instanceof PageError) return context.json({ message: error.message }, 400);
    return context.json({ message: error.message.split("\n")[0] ?? "something went wrong" }, 500);
  });
  return app;
}

async function readBody(request: { json(): Promise<unknown> }): Promise<Readonly<Record<string, unknown>>> {
  let body: unknown;
  try {
    body = await request.json();
  } catch {
    throw new PageError("the request cannot be read");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new PageError("the request cannot be read");
  return body as Readonly<Record<string, unknown>>;
}

/** On 127.0.0.1, or on ::1 where there is no IPv4: nobody outside this machine gets through to either. */
async function listen(app: Hono): Promise<Server> {
  try {
    return await listenOn(app, "127.0.0.1");
  } catch {
    return await listenOn(app, "::1");
  }
}

function listenOn(app: Hono, hostname: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname, port: 0, overrideGlobalObjects: false }, () => resolve(server)) as Server;
    server.once("error", reject);
  });
}
