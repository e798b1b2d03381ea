/**
 * What runs the engine: a process of its own, because native code that crashes or does not come back must take nobody with it. One request a line on stdin,
 * one answer a line on stdout. It is text, because it has to import a package from a folder that is only known then, wherever this program was installed.
 */
export const engineProgram = `
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
// The engine tries its native code in a process of its own, which would inherit these and run this text instead.
process.execArgv.length = 0;
const [, packageFile, modelFile, contextTokens, threads] = process.argv;
const say = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
let engine;
async function open() {
  const { getLlama, LlamaChatSession, LlamaLogLevel } = await import(pathToFileURL(packageFile).href);
  const llama = await getLlama({ build: "never", gpu: process.platform === "darwin" ? "auto" : false, logLevel: LlamaLogLevel.disabled, ...(Number(threads) > 0 ? { maxThreads: Number(threads) } : {}) });
  const model = await llama.loadModel({ modelPath: modelFile });
  const contextSize = Math.min(Number(contextTokens), model.trainContextSize ?? Number(contextTokens));
  const context = await model.createContext({ contextSize });
  return { llama, model, context, LlamaChatSession, contextSize };
}
for await (const line of createInterface({ input: process.stdin })) {
  const { system, prompt, schema, maxTokens, temperature } = JSON.parse(line);
  try {
    engine ??= await open();
    const { llama, model, context, LlamaChatSession, contextSize } = engine;
    const inputTokens = model.tokenize(system + prompt).length;
    if (inputTokens + 64 >= contextSize) {
      say({ problem: "the question has " + inputTokens + " tokens, and the model takes " + contextSize });
      continue;
    }
    const sequence = context.getSequence();
    try {
      const session = new LlamaChatSession({ contextSequence: sequence, systemPrompt: system });
      const grammar = await llama.createGrammarForJsonSchema(schema);
      const text = await session.prompt(prompt, { grammar, maxTokens: Math.min(maxTokens, contextSize - inputTokens - 32), temperature, seed: 1 });
      say({ text, inputTokens, outputTokens: model.tokenize(text).length });
    } finally {
      sequence.dispose();
    }
  } catch (error) {
    say({ problem: error instanceof Error ? error.message : String(error) });
  }
}
`;
