import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { fetchThroughProxy, proxyFor } from "./proxy.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it.each([
  ["https://a.example/", {}, undefined],
  ["https://a.example/", { HTTPS_PROXY: "http://p:3128" }, "p:3128"],
  ["https://a.example/", { HTTPS_PROXY: "http://p:1", https_proxy: "http://q:2" }, "q:2"],
  ["https://a.example/", { HTTPS_PROXY: "p:3128" }, "p:3128"],
  ["https://a.example/", { ALL_PROXY: "http://p:3128" }, "p:3128"],
  ["http://a.example/", { HTTPS_PROXY: "http://p:3128" }, undefined],
  ["http://a.example/", { HTTP_PROXY: "http://p:3128" }, "p:3128"],
  ["https://a.example/", { HTTPS_PROXY: "http://p:1", NO_PROXY: "b.example, a.example" }, undefined],
  ["https://x.a.example/", { HTTPS_PROXY: "http://p:1", NO_PROXY: ".a.example" }, undefined],
  ["https://nota.example/", { HTTPS_PROXY: "http://p:1", NO_PROXY: "a.example" }, "p:1"],
  ["https://a.example:8443/", { HTTPS_PROXY: "http://p:1", NO_PROXY: "a.example:443" }, "p:1"],
  ["https://a.example/", { HTTPS_PROXY: "http://p:1", no_proxy: "*" }, undefined],
  ["http://127.0.0.1:1234/", { HTTP_PROXY: "http://p:1" }, undefined],
  ["http://localhost:1234/", { ALL_PROXY: "http://p:1" }, undefined],
])("%s with %j goes through %s", (url, env, proxy) => {
  expect(proxyFor(new URL(url), env)?.host).toBe(proxy);
});

it("a proxy of another kind is refused rather than passed by", () => {
  expect(() => proxyFor(new URL("https://a.example/"), { HTTPS_PROXY: "socks5://p:1" })).toThrow(/socks5/);
});

it("asks a proxy for what is in the clear, with its password, and hands on the answer", async () => {
  let seen: unknown;
  const proxy = await listening(
    createServer((request, response) => {
      const { method, url, headers } = request;
      request.on("data", (body: Buffer) => {
        seen = { method, url, authorization: headers["proxy-authorization"], own: headers.authorization, body: body.toString() };
        response.writeHead(201, { "x-by": "proxy" }).end("made");
      });
    }),
  );
  const throughProxy = fetchThroughProxy({ HTTP_PROXY: `http://me:s%20t@${proxy}` });
  const response = await throughProxy("http://model.invalid/v1?x=1", {
    method: "POST",
    body: "question",
    headers: { authorization: "Bearer k" },
  });
  expect({ status: response.status, by: response.headers.get("x-by"), text: await response.text() }).toEqual({
    status: 201,
    by: "proxy",
    text: "made",
  });
  expect(seen).toEqual({
    method: "POST",
    url: "http://model.invalid/v1?x=1",
    authorization: `Basic ${Buffer.from("me:s t").toString("base64")}`,
    own: "Bearer k",
    body: "question",
  });
});

it("asks a proxy for a tunnel to what is secured, tells it nothing else, and says what it answers", async () => {
  let seen: unknown;
  const server = createServer();
  server.on("connect", ({ url, headers }, socket) => {
    seen = { url, authorization: headers.authorization };
    socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
  });
  const proxy = await listening(server);
  const asked = fetchThroughProxy({ HTTPS_PROXY: `http://${proxy}` })("https://model.invalid/v1", {
    headers: { authorization: "Bearer k" },
  });
  await expect(asked).rejects.toMatchObject({ fault: "request", message: `the proxy ${proxy} answers 407` });
  expect(seen).toEqual({ url: "model.invalid:443", authorization: undefined });
});
