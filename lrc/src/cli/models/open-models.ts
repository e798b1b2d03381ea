import { type ModelWish, noWish } from "#config";
import { createConnector, type Effort, ModelClient, Spending } from "#connectors";
import { listFolder, parseGitBoolean, type Repository, readTreeFiles, settingsOf } from "#git";
import type { StateFolder } from "#history";
import { ModelReviewer, type Review, type Reviewer, type RuleText } from "#review";
import type { Surroundings } from "../context.ts";
import { chooseConnectors } from "./chosen-connectors.ts";
import { MemoryFile } from "./memory-file.ts";
import { keepPatches } from "./patches.ts";
import { modelPlaces } from "./places.ts";
import { connectorSurroundings, readModelSettings } from "./settings-file.ts";
import { isTrusted } from "./trust.ts";
import { monthTotal, readUsage, recordUsage } from "./usage-log.ts";

/** What is wanted of models for one review. */
export interface ModelRequest {
  readonly repository: Repository | undefined;
  readonly state: StateFolder | undefined;
  /** What the repository asks for. */
  readonly wish?: ModelWish;
  /** The commit whose rules are told to the model. */
  readonly rulesFrom?: string | undefined;
  /** Only this connector. */
  readonly named?: string | undefined;
  readonly effort?: Effort | undefined;
  readonly intent?: string;
  readonly summarise: boolean;
  /** Whether earlier answers may be used. */
  readonly remember?: boolean;
}

/** Models made ready for a review. */
export interface OpenedModels {
  /** Empty where no model may or can be asked. */
  readonly reviewers: readonly Reviewer[];
  readonly model: ModelReviewer | undefined;
  readonly notices: readonly string[];
  /** Keeps what was used and learned. */
  readonly finish: (review: Pick<Review, "spent" | "findings">) => void;
}

type ModelSurroundings = Pick<Surroundings, "env" | "home" | "clock" | "random" | "wallTime" | "program">;

/** Makes the models of the user's list ready, as far as the repository lets them. Rejects with a SettingsError when the list cannot be followed. */
export async function openModels(request: ModelRequest, surroundings: ModelSurroundings): Promise<OpenedModels> {
  const { repository, state, wish = noWish, rulesFrom, named, intent = "", summarise, remember = true } = request;
  const { env, home, clock, random, wallTime } = surroundings;
  const places = modelPlaces({ env, home });
  const settings = readModelSettings(places);
  const own = repository === undefined ? new Map<string, string>() : await settingsOf(repository.git, "lrc");
  const nobody = (notices: readonly string[]): OpenedModels => ({ reviewers: [], model: undefined, notices, finish: () => undefined });
  if (named === undefined && parseGitBoolean(own.get("lrc.model") ?? "true") === false) return nobody([]);
  const isRemoteForbidden = wish.remote === false || parseGitBoolean(own.get("lrc.remote") ?? "true") === false;
  const chosen = chooseConnectors(settings, wish, { named, isTrusted: state !== undefined && isTrusted(wish, state) });
  const notices = [...chosen.notices];
  const connectors = chosen.connectors.map((one) => createConnector(one, connectorSurroundings(surroundings)));
  const allowed = isRemoteForbidden ? connectors.filter(({ info }) => info.place === "local") : connectors;
  if (allowed.length < connectors.length) {
    const refused = connectors.filter((connector) => !allowed.includes(connector)).map(({ info }) => info.name);
    notices.push(`not asked, because nothing of this repository may leave this machine: ${refused.join(", ")}`);
  }
  if (allowed.length === 0) return nobody(notices);
  const unpriced = allowed.filter(({ info }) => info.price === undefined).map(({ info }) => info.name);
  if (unpriced.length > 0 && (settings.limits.usdPerReview ?? settings.limits.usdPerMonth) !== undefined)
    notices.push(`limits in dollars cannot hold ${unpriced.join(", ")}: the price is unknown; say it with input_price and output_price`);
  const spending = new Spending(settings.limits, monthTotal(readUsage(places.usage), wallTime()));
  const memory = state === undefined || !remember ? undefined : new MemoryFile(state);
  const model = new ModelReviewer({
    client: new ModelClient({ connectors: allowed, clock, random, spending }),
    spending,
    effort: request.effort ?? wish.effort ?? settings.effort ?? "medium",
    rules: repository === undefined || rulesFrom === undefined ? [] : await readRules(repository, rulesFrom),
    intent,
    redact: [...settings.redact, ...wish.redact].map((pattern) => new RegExp(pattern, "gmu")),
    secret: secretOf(state, random),
    memory,
    summarise,
  });
  const finish = ({ spent = [], findings }: Pick<Review, "spent" | "findings">): void => {
    memory?.save();
    if (state !== undefined) keepPatches(state, findings);
    recordUsage(places.usage, { time: wallTime(), repository: repository?.paths.root ?? repository?.paths.gitDirectory ?? "", spent });
  };
  return { reviewers: [model], model, notices, finish };
}

/** Rules as they were before the change: no change may tell its own reviewer what to think. */
async function readRules(repository: Repository, treeish: string): Promise<readonly RuleText[]> {
  const folder = (await listFolder(repository, treeish, ".lrc/rules")).filter((path) => /\.(md|txt)$/.test(path));
  const files = await readTreeFiles(repository, treeish, [...folder, "AGENTS.md", "CLAUDE.md"]);
  return [...folder, "AGENTS.md", "CLAUDE.md"].flatMap((path) => {
    const bytes = files.get(path);
    return bytes === undefined ? [] : [{ path, text: bytes.toString() }];
  });
}

const secretFile = "model-secret";

/** What only this repository's state knows, so that marks and placeholders are the same in every review and cannot be guessed. */
function secretOf(state: StateFolder | undefined, random: Surroundings["random"]): Uint8Array {
  const kept = state?.read(secretFile)?.trim();
  if (kept !== undefined && /^[0-9a-f]{64}$/.test(kept)) return Buffer.from(kept, "hex");
  const fresh = random.bytes(32);
  try {
    state?.write(secretFile, `${Buffer.from(fresh).toString("hex")}\n`);
  } catch {
    // Then it holds for this review only.
  }
  return fresh;
}
