import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { connect as connectTls } from "node:tls";
import { ConnectorError } from "./connector-error.ts";
import { isOnThisMachine } from "./providers.ts";

type Environment = Readonly<Partial<Record<string, string>>>;

/**
 * The proxy that the environment names for an address, as curl and npm read it: `HTTPS_PROXY` or `HTTP_PROXY`, else `ALL_PROXY`, unless `NO_PROXY` excepts the
 * host; small letters win. What is for this machine stays on it, whatever the environment says. Throws a ConnectorError for a proxy that is not spoken to.
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const read = (name: string): string | undefined =>
    [env[name.toLowerCase()], env[name]].find((value) => value !== undefined && value !== "");
  const name = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const named = read(name) ?? read("ALL_PROXY");
  if (named === undefined || isOnThisMachine(url.href) || isExcepted(url, read("NO_PROXY") ?? "")) return undefined;
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(named) ? named : `http://${named}`;
  if (!URL.canParse(address)) throw new ConnectorError("request", `${name} names no proxy: it should look like http://host:port`);
  const proxy = new URL(address);
  if (proxy.protocol !== "http:" && proxy.protocol !== "https:")
    throw new ConnectorError("request", `${name} names a proxy of the kind ${proxy.protocol.slice(0, -1)}; http and https are known`);
  return proxy;
}

/** `NO_PROXY`: hosts, which stand for what is below them too, with or without a port, or `*`. */
function isExcepted({ hostname, port, protocol }: URL, list: string): boolean {
  const ownPort = port === "" ? (protocol === "https:" ? "443" : "80") : port;
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === "*") return true;
      const [, bracketed, plain = bracketed ?? "", wantedPort = ownPort] = /^(?:\[([^\]]*)\]|(.*?))(?::(\d+))?$/.exec(entry) ?? [];
      const wanted = (bracketed ?? plain).replace(/^\*?\./, "");
      return wanted !== "" && wantedPort === ownPort && (host === wanted || host.endsWith(`.${wanted}`));
    });
}

/** `fetch` that goes through the proxy of the environment where there is one for an address. Node 20's own knows of none. */
export function fetchThroughProxy(env: Environment): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    let url = new URL(request.url);
    if (proxyFor(url, env) === undefined) return await fetch(input, init);
    const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
    for (let redirects = 0; redirects < mostRedirects; redirects += 1) {
      const proxy = proxyFor(url, env);
      const response = proxy === undefined ? await fetch(url, { ...init, redirect: "manual" }) : await ask(url, proxy, request, body);
      const location = response.headers.get("location");
      if (request.redirect !== "follow" || request.method !== "GET" || !isRedirect(response.status) || location === null) return response;
      await response.body?.cancel();
      url = new URL(location, url);
    }
    throw new ConnectorError("request", `${url.host} sends us from one address to the next`);
  };
}

const mostRedirects = 10;

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** In the clear the proxy asks for us; a secured connection is one through it, in which it reads nothing. */
async function ask(url: URL, proxy: URL, { method, headers, signal }: Request, body: Buffer | undefined): Promise<Response> {
  const given = {
    ...Object.fromEntries(headers),
    host: url.host,
    ...(body === undefined ? {} : { "content-length": String(body.length) }),
  };
  if (url.protocol !== "https:") {
    const options = {
      ...addressOf(proxy),
      method,
      path: url.href,
      headers: { ...given, ...authorizationFor(proxy) },
      agent: false,
      signal,
    };
    return await answered((proxy.protocol === "https:" ? httpsRequest : httpRequest)(options), body, signal);
  }
  const tunnel = await tunnelTo(url, proxy, signal);
  const { hostname } = addressOf(url);
  const socket = connectTls({ socket: tunnel, host: hostname, ...(isIpAddress(hostname) ? {} : { servername: hostname }) });
  const options = { method, path: url.pathname + url.search, headers: given, createConnection: () => socket, signal };
  try {
    return await answered(httpsRequest(options), body, signal);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function answered(request: ReturnType<typeof httpRequest>, body: Buffer | undefined, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    request.on("error", (error) => reject(signal.aborted ? (signal.reason as Error) : error));
    request.on("response", (response) => resolve(responseOf(response)));
    request.end(body);
  });
}

function responseOf(message: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) for (const one of [value ?? []].flat()) headers.append(name, one);
  const status = message.statusCode ?? 502;
  const isEmpty = status === 204 || status === 205 || status === 304;
  if (isEmpty) message.resume();
  return new Response(isEmpty ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>), { status, headers });
}

/** A connection to a host through a proxy (RFC 9110, 9.3.6). */
function tunnelTo(url: URL, proxy: URL, signal: AbortSignal): Promise<Socket> {
  const target = `${url.hostname}:${url.port === "" ? "443" : url.port}`;
  const options = { ...addressOf(proxy), method: "CONNECT", path: target, headers: { host: target, ...authorizationFor(proxy) }, signal };
  const request = (proxy.protocol === "https:" ? httpsRequest : httpRequest)({ ...options, agent: false });
  return new Promise((resolve, reject) => {
    const refused = (status: number): ConnectorError =>
      new ConnectorError(status >= 500 ? "connection" : "request", `the proxy ${proxy.host} answers ${status}`, { status });
    request.on("connect", ({ statusCode = 0 }, socket: Socket) => {
      if (statusCode >= 200 && statusCode < 300) resolve(socket);
      else {
        socket.destroy();
        reject(refused(statusCode));
      }
    });
    request.on("response", ({ statusCode = 0 }) => {
      request.destroy();
      reject(refused(statusCode));
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      const failure = new ConnectorError("connection", `the proxy ${proxy.host} cannot be reached (${error.code ?? error.message})`, {
        cause: error,
      });
      reject(signal.aborted ? (signal.reason as Error) : failure);
    });
    request.end();
  });
}

function addressOf({ hostname, port, protocol }: URL): { readonly hostname: string; readonly port: string } {
  return { hostname: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? (protocol === "https:" ? "443" : "80") : port };
}

function isIpAddress(host: string): boolean {
  return host.includes(":") || /^\d+(\.\d+){3}$/.test(host);
}

function authorizationFor({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "") return {};
  const words = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(words).toString("base64")}` };
}
