import { buildCommand, buildRouteMap, type Command, type RouteMap } from "@stricli/core";
import { runSubcommands, type World } from "kit/cli";
import type { LrcContext, Surroundings } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { version } from "../version.ts";

type Routing = Command<LrcContext> | RouteMap<LrcContext>;

interface CommandEntry {
  readonly brief: string;
  readonly load: () => Promise<Routing>;
}

/** The commands of `lrc`. What a command is made of is loaded when it is the one that runs. */
const commandTable: Readonly<Record<string, CommandEntry>> = {
  review: { brief: "Review a change", load: async () => (await import("./review.ts")).reviewCommand },
  hooks: { brief: "Have every commit of a repository reviewed", load: async () => (await import("./hooks.ts")).hooksRoutes },
  query: { brief: "Ask about commits, findings and decisions", load: async () => (await import("./query.ts")).queryCommand },
  verify: { brief: "Say which commits of a range were reviewed", load: async () => (await import("./verify.ts")).verifyCommand },
  setup: {
    brief: "Find the models that are there already, and have reviews use them",
    load: async () => (await import("./setup.ts")).setupCommand,
  },
  connectors: {
    brief: "Models that review beside the offline rules",
    load: async () => (await import("./connectors.ts")).connectorsRoutes,
  },
  local: { brief: "A model on this machine", load: async () => (await import("./local.ts")).localRoutes },
  apply: { brief: "Stage what a finding suggests", load: async () => (await import("./apply.ts")).applyCommand },
  usage: { brief: "Say what models have used and cost, month by month", load: async () => (await import("./usage.ts")).usageCommand },
  findings: { brief: "Say which findings are no faults", load: async () => (await import("./findings.ts")).findingsRoutes },
  ui: { brief: "Reviews, models, cost and hooks in the browser", load: async () => (await import("./ui.ts")).uiCommand },
  mcp: { brief: "Serve reviews to an agent (Model Context Protocol)", load: async () => (await import("./mcp.ts")).mcpCommand },
  agents: { brief: "Have coding agents review before they commit", load: async () => (await import("./agents.ts")).agentsRoutes },
  config: { brief: "How changes to this repository are reviewed", load: async () => (await import("./config.ts")).configRoutes },
  doctor: {
    brief: "Say whether the next commit will be reviewed, and if not, why",
    load: async () => (await import("./doctor.ts")).doctorCommand,
  },
};

/** Runs the command that the arguments name; `lrc` alone reviews what is staged. */
export async function runCommands(world: World, surroundings: Surroundings): Promise<number> {
  const [first] = world.argv;
  const isDefault = first === undefined || (first.startsWith("-") && !["--help", "-h", "--version"].includes(first));
  const argv = isDefault ? ["review", ...world.argv] : world.argv;
  const root = await loadCommands(argv[0]);
  return await runSubcommands(
    { name: "lrc", version, root, failure: exitCodes.couldNotReview, context: (base) => ({ ...base, ...surroundings }) },
    withArguments(world, argv),
  );
}

/** The world's other members are read through its prototype, some only once they are needed. */
function withArguments(world: World, argv: readonly string[]): World {
  return Object.create(world, { argv: { value: argv } }) as World;
}

async function loadCommands(wanted: string | undefined): Promise<RouteMap<LrcContext>> {
  const routes: Record<string, Routing> = {};
  for (const [name, { brief, load }] of Object.entries(commandTable)) routes[name] = name === wanted ? await load() : nameOnly(brief);
  return buildRouteMap<string, LrcContext>({
    routes,
    docs: {
      brief: "Reviews of what you are about to commit",
      fullDescription: [
        "Reviews of what you are about to commit: offline, without an account, and never in the way.",
        "",
        "Examples:",
        "  lrc hooks install            review every commit of this repository",
        "  lrc review                   review what is staged now",
        "  lrc review --base main       review what this branch adds",
        "  LRC=0 git commit …           commit without a review",
        "",
        "Say lrc COMMAND --help for more about one of them.",
      ].join("\n"),
    },
  });
}

function nameOnly(brief: string): Command<LrcContext> {
  return buildCommand<object, [], LrcContext>({ docs: { brief }, parameters: {}, func: () => new Error("this command was not loaded") });
}
