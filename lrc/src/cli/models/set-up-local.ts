import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { arch, platform } from "node:os";
import { basename, dirname, join } from "node:path";
import { ConnectorError, enginePackages, fetchThroughProxy, installPackages, startDownload } from "#connectors";
import type { Surroundings } from "../context.ts";
import { takeTurn } from "./fetching-turn.ts";
import { addConnector, makePackageFolder } from "./manage-connectors.ts";
import { modelPlaces } from "./places.ts";

/** A model for code that runs on a laptop: 1.5 billion parameters in four bits, about 1 GB. Apache-2.0. */
const usualWeights = "https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf";

export interface LocalSetup {
  readonly from: string | undefined;
  readonly url: string | undefined;
  readonly sha256: string | undefined;
  readonly engine: boolean;
  readonly weights: boolean;
  readonly say: (line: string) => void;
  readonly onProgress: (done: number, total: number | undefined) => void;
}

export interface LocalWeights {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

type World = Pick<Surroundings, "env" | "home" | "program" | "wallTime" | "clock" | "random">;

/** Installs the engine and the weights, as far as they are wanted and not there. Rejects with a ConnectorError. */
export async function setUpLocal(setup: LocalSetup, world: World, signal: AbortSignal): Promise<LocalWeights | undefined> {
  const places = modelPlaces(world);
  if (setup.engine) {
    if (existsSync(join(places.engine, "node_modules", "node-llama-cpp", "package.json")))
      setup.say(`The engine is there: ${places.engine}`);
    else {
      const packages = enginePackages(platform(), arch());
      setup.say(`Installing ${packages.join(" and ")} into ${places.engine} …`);
      makePackageFolder(places.engine);
      await installPackages(places.engine, packages, world.env, signal);
    }
  }
  if (!setup.weights) return undefined;
  const weights =
    setup.from === undefined ? await fetchWeights(setup, places.weights, world.env, signal) : await checked(setup.from, setup.sha256);
  await addConnector(
    { name: "local", provider: "local", model: basename(weights.file).replace(/\.gguf$/i, ""), file: weights.file },
    world,
  );
  return weights;
}

async function fetchWeights(
  { url = usualWeights, sha256, say, onProgress }: LocalSetup,
  folder: string,
  env: World["env"],
  signal: AbortSignal,
): Promise<LocalWeights> {
  if (!URL.canParse(url)) throw new ConnectorError("request", `"${url}" is no address`);
  const file = join(folder, basename(new URL(url).pathname).replaceAll(/[^\w.-]/g, "_") || "model.gguf");
  if (existsSync(file)) {
    say(`The weights are there: ${file}`);
    return await checked(file, sha256);
  }
  mkdirSync(folder, { recursive: true });
  const giveBack = takeTurn(file);
  try {
    return await fetchInto(file, { url, sha256, say, onProgress }, env, signal);
  } finally {
    giveBack();
  }
}

/** Fetches what is not there yet of `file`, beside it, until it is whole and the one that was meant. */
async function fetchInto(
  file: string,
  { url, sha256, say, onProgress }: Pick<LocalSetup, "sha256" | "say" | "onProgress"> & { readonly url: string },
  env: World["env"],
  signal: AbortSignal,
): Promise<LocalWeights> {
  const part = `${file}.part`;
  const tagFile = `${part}.tag`;
  const offset = existsSync(part) ? statSync(part).size : 0;
  const tag = existsSync(tagFile) ? readFileSync(tagFile, "utf8") : undefined;
  const download = await startDownload(url, { offset, tag }, fetchThroughProxy(env), signal);
  say(download.from > 0 ? `Going on with ${url}` : `Fetching ${url}`);
  if (download.tag === undefined) rmSync(tagFile, { force: true });
  else writeFileSync(tagFile, download.tag);
  const handle = openSync(part, "a");
  try {
    if (offset > download.from) truncateSync(part, download.from);
    for await (const { bytes, done, total } of download.parts) {
      writeWhole(handle, bytes);
      onProgress(done, total);
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    throw new ConnectorError(
      "missing",
      `the disk is full: make room where ${dirname(file)} is, say the same again, and it goes on from here`,
    );
  } finally {
    closeSync(handle);
  }
  try {
    const weights = await checked(part, sha256 ?? download.sha256);
    if ((sha256 ?? download.sha256) === undefined) say("Nobody said what the file's SHA-256 should be, so it could not be compared.");
    renameSync(part, file);
    return { ...weights, file };
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    rmSync(tagFile, { force: true });
  }
}

/** A disk that is nearly full takes a part without complaint. */
function writeWhole(handle: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
}

/** Whether a file holds weights, and the ones that were meant. */
async function checked(file: string, sha256: string | undefined): Promise<LocalWeights> {
  if (!existsSync(file)) throw new ConnectorError("missing", `there is no file ${file}`);
  const head = Buffer.alloc(4);
  const handle = openSync(file, "r");
  readSync(handle, head, 0, 4, 0);
  closeSync(handle);
  if (head.toString("latin1") !== "GGUF") throw new ConnectorError("answer", `${file} holds no weights in the form GGUF`);
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  const found = hash.digest("hex");
  if (sha256 !== undefined && sha256 !== found)
    throw new ConnectorError("answer", `${file} has the SHA-256 ${found}, and should have ${sha256}`);
  return { file, bytes: statSync(file).size, sha256: found };
}
