import { AgentConnector } from "./agents/agent-connector.ts";
import type { Connector } from "./connector.ts";
import { findKey, type KeyPlaces } from "./key.ts";
import { LocalConnector } from "./local/local-connector.ts";
import { providerOf } from "./providers.ts";
import { fetchThroughProxy } from "./proxy.ts";
import { SdkConnector } from "./sdk/sdk-connector.ts";
import type { ConnectorSettings } from "./settings.ts";

/** What connectors may touch of the machine. */
export interface ConnectorSurroundings {
  readonly keys: KeyPlaces;
  /** Folder with packages that were installed on demand. */
  readonly packages: string;
  /** Folder of the local engine. */
  readonly engine: string;
  /** A folder that is empty but for such files, by their names; made when it is needed. */
  readonly emptyFolder: (files: Readonly<Record<string, string>>) => string;
  /** The Node that runs this. */
  readonly node: string;
  readonly wallTime: () => number;
}

/** The connector that some settings describe. Nothing is loaded, asked or started by that. */
export function createConnector(settings: ConnectorSettings, surroundings: ConnectorSurroundings): Connector {
  const { keys, packages, engine, emptyFolder, node, wallTime } = surroundings;
  const { env } = keys;
  switch (providerOf(settings.provider)?.kind) {
    case "agent":
      return new AgentConnector({ settings, env, emptyFolder });
    case "engine":
      return new LocalConnector({ settings, env, folder: engine, node });
    default:
      return new SdkConnector({
        settings,
        env,
        packages,
        wallTime,
        key: (signal) => findKey(settings.name, settings.key, keys, { signal }),
        fetch: fetchThroughProxy(env),
      });
  }
}
