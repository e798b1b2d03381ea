import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { ReviewedRepository } from "../harness/reviewed-repository.ts";
import { certificateAuthority } from "./harness/certificate-authority.ts";
import { kindOf, modelStating, stated } from "./harness/model-server.ts";

/** A name that nobody can look up: only the proxy knows the way. */
const host = "model.test";
const { authority, server: certified } = certificateAuthority(host);

let model: Server;
let proxy: Server;
let asked: string[];
let tunnels: string[];
beforeAll(async () => {
  const answer = modelStating([stated({ quote: "export const half = 1 / 0;", line: 1, title: "Division by zero" })]);
  model = createHttpsServer({ cert: certified.certificate, key: certified.key }, (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      asked.push(kindOf({ method, url, headers, body }));
      answer({ method, url, headers, body }, response, asked.length);
    });
  });
  proxy = createHttpServer((_, response) => void response.writeHead(405).end());
  proxy.on("connect", ({ url = "", headers }, socket) => {
    tunnels.push(`${url} ${headers["proxy-authorization"] ?? ""}`);
    const through = connect(portOf(model), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      through.pipe(socket).pipe(through);
    });
    for (const end of [through, socket]) end.on("error", () => undefined);
  });
  for (const server of [model, proxy]) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  for (const server of [model, proxy]) {
    server.closeAllConnections();
    server.close();
  }
});

let scratch: ReviewedRepository;
afterEach(() => scratch[Symbol.dispose]());

function prepare(url = `https://${host}/v1`): void {
  asked = [];
  tunnels = [];
  scratch = new ReviewedRepository();
  const folder = join(scratch.home, ".config/lrc");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "connectors.toml"),
    `effort = "low"\n[connector.far]\nprovider = "openai-compatible"\nmodel = "m"\nbase_url = "${url}"\nkey = "none"\n`,
  );
  writeFileSync(join(scratch.home, "authority.pem"), authority);
  scratch.commit("first");
  scratch.write("half.js", "export const half = 1 / 0;\n");
  scratch.git("add", "half.js");
}

const certificates = () => ({ NODE_EXTRA_CA_CERTS: join(scratch.home, "authority.pem") });
const throughProxy = () => ({ HTTPS_PROXY: `http://me:word@127.0.0.1:${portOf(proxy)}` });

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** What a program says while this process serves. */
function saidBy(program: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: scratch.root, env: { ...scratch.env, ...env } });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    }
    child.on("close", () => resolve(said));
  });
}

const review = (env: Record<string, string>) => saidBy(process.execPath, [scratch.script, "review", "--effort", "low"], env);

it("is reached through it, with an authority of the network's own; the proxy hears a host and nothing of the code", async () => {
  prepare();
  const said = await review({ ...throughProxy(), ...certificates() });
  expect(said).toContain("model/correctness");
  expect(asked).toEqual(["findings"]);
  expect(tunnels).toEqual([`${host}:443 Basic ${Buffer.from("me:word").toString("base64")}`]);
});

it("is reached by a commit as well", async () => {
  prepare();
  expect(scratch.lrc("hooks", "install").status).toBe(0);
  const said = await saidBy("git", ["commit", "-q", "-m", "half"], { ...throughProxy(), ...certificates() });
  expect(said).toContain("(model/correctness)");
  expect(tunnels).toHaveLength(1);
});

it("is not believed without that authority; it is said what to do, and nobody asks again", async () => {
  prepare();
  const said = await review(throughProxy());
  expect(said).toMatch(/certificate of the other side is not trusted \([A-Z_]+\); .* NODE_EXTRA_CA_CERTS/);
  expect(asked).toEqual([]);
  expect(tunnels).toHaveLength(1);
});

it("is not believed when its certificate is another's", async () => {
  prepare(`https://localhost:${portOf(model)}/v1`);
  const said = await review(certificates());
  expect(said).toContain("not trusted (ERR_TLS_CERT_ALTNAME_INVALID)");
  expect(asked).toEqual([]);
});
