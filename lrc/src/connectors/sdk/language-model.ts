import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { LanguageModel } from "ai";
import type { Secret } from "kit/log";
import { ConnectorError } from "../connector-error.ts";
import type { ConnectorSettings } from "../settings.ts";

export interface ModelParts {
  readonly settings: ConnectorSettings;
  readonly baseUrl: string | undefined;
  readonly key: Secret<string> | undefined;
  readonly fetch: typeof fetch;
  /** Where packages are that somebody wanted later: a folder with node_modules. */
  readonly packages: string;
}

/** The model of a connector as the AI SDK sees it. Only the provider that is wanted is loaded. */
export async function languageModel({ settings, baseUrl, key, fetch, packages }: ModelParts): Promise<LanguageModel> {
  const { provider, model, name } = settings;
  const apiKey = key?.reveal() ?? "";
  const base = baseUrl === undefined ? {} : { baseURL: baseUrl };
  switch (provider) {
    case "gemini":
      return (await import("@ai-sdk/google")).createGoogleGenerativeAI({ ...base, apiKey, fetch })(model);
    case "openai":
      return (await import("@ai-sdk/openai")).createOpenAI({ ...base, apiKey, fetch })(model);
    case "anthropic":
    case "anthropic-compatible":
      return (await import("@ai-sdk/anthropic")).createAnthropic({ ...base, apiKey, fetch })(model);
    case "deepseek":
      return (await import("@ai-sdk/deepseek")).createDeepSeek({ ...base, apiKey, fetch })(model);
    case "openrouter":
      return (await import("@openrouter/ai-sdk-provider")).createOpenRouter({ ...base, apiKey, fetch, compatibility: "strict" })(model);
    case "ollama":
      return (await import("ollama-ai-provider-v2")).createOllama({ ...base, fetch })(model);
    case "openai-compatible": {
      if (baseUrl === undefined) throw new ConnectorError("missing", `${name} names no address`);
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      const compatible = createOpenAICompatible({
        name,
        baseURL: baseUrl,
        fetch,
        includeUsage: true,
        supportsStructuredOutputs: true,
        ...(key === undefined ? {} : { apiKey }),
      });
      return compatible(model);
    }
    case "bedrock": {
      const { createAmazonBedrock } = await laterPackage<{ createAmazonBedrock: Create }>("@ai-sdk/amazon-bedrock", packages);
      return createAmazonBedrock({ ...base, fetch, ...(key === undefined ? {} : { apiKey }) })(model);
    }
    case "vertex": {
      const { createVertex } = await laterPackage<{ createVertex: Create }>("@ai-sdk/google-vertex", packages);
      return createVertex({ ...base, fetch })(model);
    }
    default:
      throw new ConnectorError("missing", `${provider} is not reached over HTTP`);
  }
}

type Create = (options: object) => (model: string) => LanguageModel;

/** A package that was installed when somebody asked for it. Rejects with the command that installs it. */
async function laterPackage<T>(name: string, folder: string): Promise<T> {
  let file: string;
  try {
    file = createRequire(join(folder, "package.json")).resolve(name);
  } catch (error) {
    throw new ConnectorError("missing", `${name} is not installed: npm install --prefix ${folder} ${name}@${laterVersions[name]}`, {
      cause: error,
    });
  }
  return (await import(pathToFileURL(file).href)) as T;
}

/** The versions that go with the SDK in use. */
export const laterVersions: Readonly<Record<string, string>> = { "@ai-sdk/amazon-bedrock": "^4", "@ai-sdk/google-vertex": "^4" };
