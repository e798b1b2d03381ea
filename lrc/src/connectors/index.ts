export { jsonIn } from "./answer-json.ts";
export type { Connector, ConnectorInfo, Price, Question, Reply, RequestPreview, TokenUsage } from "./connector.ts";
export { ConnectorError, type ConnectorFault } from "./connector-error.ts";
export { type ConnectorSurroundings, createConnector } from "./create-connector.ts";
export { forgetInKeyring, keepInKeyring, withoutGit } from "./key.ts";
export { type DownloadPart, startDownload } from "./local/download.ts";
export { type Answered, ModelClient, SpendingLimitReached, type TypedQuestion } from "./model-client.ts";
export { modelsOfOllama } from "./ollama.ts";
export { enginePackages, installPackages, providerPackage } from "./packages.ts";
export { isOnThisMachine, type Provider, type ProviderId, providerOf, providers } from "./providers.ts";
export { fetchThroughProxy } from "./proxy.ts";
export {
  type ConnectorSettings,
  checkBaseUrl,
  checkPattern,
  defaultsOf,
  type Effort,
  efforts,
  formatKeySource,
  formatModelSettings,
  isConnectorName,
  type KeySource,
  type ModelSettings,
  noModels,
  parseKeySource,
  parseModelSettings,
  priceOf,
  SettingsError,
} from "./settings.ts";
export { Spending, type SpendingLimits, type SpentOn } from "./spending.ts";
export { costOf, estimateTokens } from "./tokens.ts";
