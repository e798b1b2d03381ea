import type { ModelWish } from "#config";
import {
  type ConnectorSettings,
  checkBaseUrl,
  defaultsOf,
  type ModelSettings,
  parseKeySource,
  providerOf,
  providers,
  SettingsError,
} from "#connectors";

/** The connectors that a review asks, in their order, and what a reader should know about that. */
export interface ChosenConnectors {
  readonly connectors: readonly ConnectorSettings[];
  readonly notices: readonly string[];
}

/**
 * Who is asked: the one that was named on the command line; else the user's list, with what the repository wishes for first. A repository's own address and
 * key count only when they are trusted.
 */
export function chooseConnectors(
  { connectors }: ModelSettings,
  wish: ModelWish,
  options: { readonly named: string | undefined; readonly isTrusted: boolean },
): ChosenConnectors {
  const { named, isTrusted } = options;
  if (named !== undefined) {
    const found = connectors.find(({ name }) => name === named);
    if (found === undefined) {
      const known = connectors.length === 0 ? "there are none" : `known are ${connectors.map(({ name }) => name).join(", ")}`;
      throw new SettingsError(`there is no connector "${named}"; ${known}`);
    }
    return { connectors: [found], notices: [] };
  }
  const notices: string[] = [];
  let list = [...connectors];
  if ((wish.baseUrl ?? wish.key) !== undefined) {
    if (isTrusted) list = [ofRepository(wish), ...list];
    else notices.push(".lrc/config.toml names an address or a key for models; it is not followed until you say: lrc connectors trust");
  } else if (wish.provider !== undefined) {
    if (providerOf(wish.provider) === undefined) notices.push(`.lrc/config.toml: there is no provider "${wish.provider}"`);
    else {
      const wanted = list.filter(({ provider }) => provider === wish.provider);
      if (wanted.length === 0) notices.push(`this repository asks for ${wish.provider}, for which you have no connector`);
      list = [...wanted.map((one) => withModel(one, wish.model)), ...list.filter(({ provider }) => provider !== wish.provider)];
    }
  } else if (wish.model !== undefined) notices.push(".lrc/config.toml: model.model says nothing without model.provider");
  return { connectors: list, notices };
}

function withModel(connector: ConnectorSettings, model: string | undefined): ConnectorSettings {
  return model === undefined ? connector : { ...connector, model, price: defaultsOf(connector.provider, model, connector.baseUrl).price };
}

function ofRepository({ provider, model, baseUrl, key }: ModelWish): ConnectorSettings {
  const known = providerOf(provider ?? "openai-compatible");
  if (known === undefined)
    throw new SettingsError(`.lrc/config.toml: model.provider should be one of ${providers.map(({ id }) => id).join(", ")}`);
  const name = model ?? known.model;
  if (name === undefined) throw new SettingsError(".lrc/config.toml: model.model is missing");
  if (baseUrl !== undefined) checkBaseUrl(baseUrl);
  const variable = known.keyVariables[0];
  return {
    name: "repository",
    provider: known.id,
    model: name,
    baseUrl,
    key: key !== undefined ? parseKeySource(key) : variable === undefined ? { kind: "none" } : { kind: "env", variable },
    program: undefined,
    file: undefined,
    ...defaultsOf(known.id, name, baseUrl),
  };
}
