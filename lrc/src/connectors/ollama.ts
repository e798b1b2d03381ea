/** The names of the models that an Ollama at this address has. Rejects when there is none. */
export async function modelsOfOllama(address: string, fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<readonly string[]> {
  const response = await fetch(new URL("/api/tags", address), { signal });
  const { models = [] } = (await response.json()) as { readonly models?: readonly { readonly name?: unknown }[] };
  return models.flatMap(({ name }) => (typeof name === "string" ? [name] : []));
}
