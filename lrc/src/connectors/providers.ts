/** How a provider is reached. */
export type ProviderKind = "api" | "agent" | "engine";

/** A kind of model service that connectors are made for. */
export interface Provider {
  readonly id: ProviderId;
  readonly title: string;
  readonly kind: ProviderKind;
  /** Environment variables that its users keep keys in, the usual one first. */
  readonly keyVariables: readonly string[];
  /** The environment variable that other programs take its base URL from. */
  readonly baseUrlVariable?: string;
  readonly baseUrl?: string;
  /** Taken when nobody names one; undefined where one must be named. */
  readonly model?: string;
  /** The program of an agent. */
  readonly program?: string;
  /** A package that is installed when somebody wants this provider. */
  readonly onDemand?: string;
  readonly contextTokens: number;
}

export type ProviderId =
  | "gemini"
  | "openai"
  | "anthropic"
  | "deepseek"
  | "openrouter"
  | "ollama"
  | "openai-compatible"
  | "anthropic-compatible"
  | "bedrock"
  | "vertex"
  | "claude"
  | "codex"
  | "gemini-cli"
  | "opencode"
  | "cursor-agent"
  | "local";

/** All of them, in the order in which `lrc setup` would take them. */
export const providers: readonly Provider[] = [
  {
    id: "gemini",
    title: "Google Gemini",
    kind: "api",
    keyVariables: ["GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY", "GOOGLE_API_KEY"],
    baseUrlVariable: "GOOGLE_GEMINI_BASE_URL",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    model: "gemini-2.5-flash",
    contextTokens: 200_000,
  },
  {
    id: "anthropic",
    title: "Anthropic",
    kind: "api",
    keyVariables: ["ANTHROPIC_API_KEY"],
    baseUrlVariable: "ANTHROPIC_BASE_URL",
    baseUrl: "https://api.anthropic.com/v1",
    model: "claude-haiku-4-5",
    contextTokens: 200_000,
  },
  {
    id: "openai",
    title: "OpenAI",
    kind: "api",
    keyVariables: ["OPENAI_API_KEY"],
    baseUrlVariable: "OPENAI_BASE_URL",
    baseUrl: "https://api.openai.com/v1",
    model: "gpt-5-mini",
    contextTokens: 200_000,
  },
  {
    id: "deepseek",
    title: "DeepSeek",
    kind: "api",
    keyVariables: ["DEEPSEEK_API_KEY"],
    baseUrlVariable: "DEEPSEEK_BASE_URL",
    baseUrl: "https://api.deepseek.com",
    model: "deepseek-chat",
    contextTokens: 60_000,
  },
  {
    id: "openrouter",
    title: "OpenRouter",
    kind: "api",
    keyVariables: ["OPENROUTER_API_KEY"],
    baseUrlVariable: "OPENROUTER_BASE_URL",
    baseUrl: "https://openrouter.ai/api/v1",
    model: "google/gemini-2.5-flash",
    contextTokens: 60_000,
  },
  {
    id: "ollama",
    title: "Ollama",
    kind: "api",
    keyVariables: [],
    baseUrl: "http://127.0.0.1:11434/api",
    contextTokens: 8_000,
  },
  { id: "claude", title: "Claude Code", kind: "agent", keyVariables: [], program: "claude", model: "default", contextTokens: 100_000 },
  { id: "codex", title: "Codex", kind: "agent", keyVariables: [], program: "codex", model: "default", contextTokens: 100_000 },
  { id: "gemini-cli", title: "Gemini CLI", kind: "agent", keyVariables: [], program: "gemini", model: "default", contextTokens: 100_000 },
  { id: "opencode", title: "OpenCode", kind: "agent", keyVariables: [], program: "opencode", model: "default", contextTokens: 60_000 },
  {
    id: "cursor-agent",
    title: "Cursor Agent",
    kind: "agent",
    keyVariables: [],
    program: "cursor-agent",
    model: "default",
    contextTokens: 60_000,
  },
  { id: "local", title: "a model on this machine", kind: "engine", keyVariables: [], model: "default", contextTokens: 8_000 },
  {
    id: "openai-compatible",
    title: "an OpenAI-compatible server",
    kind: "api",
    keyVariables: ["OPENAI_COMPATIBLE_API_KEY"],
    contextTokens: 16_000,
  },
  {
    id: "anthropic-compatible",
    title: "an Anthropic-compatible server",
    kind: "api",
    keyVariables: ["ANTHROPIC_COMPATIBLE_API_KEY"],
    contextTokens: 60_000,
  },
  {
    id: "bedrock",
    title: "Amazon Bedrock",
    kind: "api",
    keyVariables: ["AWS_BEARER_TOKEN_BEDROCK"],
    onDemand: "@ai-sdk/amazon-bedrock",
    contextTokens: 100_000,
  },
  { id: "vertex", title: "Google Vertex AI", kind: "api", keyVariables: [], onDemand: "@ai-sdk/google-vertex", contextTokens: 100_000 },
];

/** The provider of that name, or undefined. */
export function providerOf(id: string): Provider | undefined {
  return providers.find((provider) => provider.id === id);
}

/** Whether what is sent to this address stays on the machine. A computer next door is another machine. */
export function isOnThisMachine(url: string): boolean {
  try {
    const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
    return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host) || host.endsWith(".localhost");
  } catch {
    return false;
  }
}

/** Ollama passes questions to models with such a name on to its makers' machines. */
export function runsElsewhere(model: string): boolean {
  return model.endsWith("-cloud");
}
