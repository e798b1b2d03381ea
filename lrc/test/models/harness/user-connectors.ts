import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SystemClock, SystemRandom } from "kit/clock";
import { createConnector, ModelClient, parseModelSettings, type Spending } from "#connectors";

/** A connector of the user's own list, for measurements. */
export function openClient(
  name: string,
  { env, home, spending }: { readonly env: NodeJS.ProcessEnv; readonly home: string; readonly spending: Spending },
): ModelClient {
  const folder = join(env.XDG_CONFIG_HOME ?? join(home, ".config"), "lrc");
  const data = join(env.XDG_DATA_HOME ?? join(home, ".local/share"), "lrc");
  const settings = parseModelSettings(readFileSync(join(folder, "connectors.toml"), "utf8")).connectors.find((one) => one.name === name);
  if (settings === undefined) throw new Error(`there is no connector ${name}: lrc connectors list`);
  const connector = createConnector(settings, {
    keys: { env, readKeyFile: (connector) => readFileSync(join(folder, "keys", connector), "utf8") },
    packages: join(data, "packages"),
    engine: join(data, "engine"),
    emptyFolder: () => "/",
    node: process.execPath,
    wallTime: () => Date.now(),
  });
  return new ModelClient({ connectors: [connector], clock: new SystemClock(), random: new SystemRandom(), spending });
}
