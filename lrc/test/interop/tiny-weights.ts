import { closeSync, openSync, writeSync } from "node:fs";
import { SeededRandom } from "kit/clock";

const layers = 2;
const width = 64;
const heads = 4;
const inner = 128;
const context = 4096;
/** Types of values in the form GGUF, version 3. */
const type = { uint32: 4, int32: 5, float32: 6, string: 8, array: 9 } as const;

/**
 * Writes weights of a very small language model that knows nothing: a Llama of two layers with random numbers and a vocabulary of single bytes, about 0.4 MB. An engine takes it
 * for what it is, so everything between a question and an answer is real but the sense of it.
 */
export function writeTinyWeights(file: string, seed = 1): void {
  const random = new SeededRandom(seed);
  const tokens = [
    "<unk>",
    "<s>",
    "</s>",
    ...Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`),
  ];
  const kinds = tokens.map((_, index) => (index === 0 ? 2 : index < 3 ? 3 : 6));
  const metadata: readonly Buffer[] = [
    text("general.architecture", "llama"),
    text("general.name", "tiny"),
    number("llama.block_count", layers),
    number("llama.context_length", context),
    number("llama.embedding_length", width),
    number("llama.feed_forward_length", inner),
    number("llama.attention.head_count", heads),
    number("llama.attention.head_count_kv", heads),
    number("llama.rope.dimension_count", width / heads),
    Buffer.concat([name("llama.attention.layer_norm_rms_epsilon"), u32(type.float32), f32(1e-5)]),
    text("tokenizer.ggml.model", "llama"),
    array("tokenizer.ggml.tokens", type.string, tokens.map(string)),
    array(
      "tokenizer.ggml.scores",
      type.float32,
      tokens.map(() => f32(0)),
    ),
    array("tokenizer.ggml.token_type", type.int32, kinds.map(u32)),
    number("tokenizer.ggml.bos_token_id", 1),
    number("tokenizer.ggml.eos_token_id", 2),
    number("tokenizer.ggml.unknown_token_id", 0),
  ];
  const shapes: (readonly [name: string, shape: readonly number[]])[] = [["token_embd.weight", [width, tokens.length]]];
  for (let layer = 0; layer < layers; layer += 1) {
    const block = (part: string, ...shape: number[]): void => void shapes.push([`blk.${layer}.${part}.weight`, shape]);
    block("attn_norm", width);
    for (const part of ["attn_q", "attn_k", "attn_v", "attn_output"]) block(part, width, width);
    block("ffn_norm", width);
    block("ffn_gate", width, inner);
    block("ffn_up", width, inner);
    block("ffn_down", inner, width);
  }
  shapes.push(["output_norm.weight", [width]], ["output.weight", [width, tokens.length]]);
  let offset = 0;
  const infos = shapes.map(([title, shape]) => {
    const info = Buffer.concat([string(title), u32(shape.length), ...shape.map(u64), u32(0), u64(offset)]);
    offset = aligned(offset + sizeOf(shape));
    return info;
  });
  const head = Buffer.concat([Buffer.from("GGUF"), u32(3), u64(shapes.length), u64(metadata.length), ...metadata, ...infos]);
  const handle = openSync(file, "w");
  try {
    writeSync(handle, Buffer.concat([head], aligned(head.length)));
    for (const [title, shape] of shapes) {
      const isNorm = title.includes("norm");
      const values = Float32Array.from({ length: sizeOf(shape) / 4 }, () => (isNorm ? 1 : (random.fraction() - 0.5) / 4));
      const bytes = Buffer.from(values.buffer);
      writeSync(handle, Buffer.concat([bytes], aligned(bytes.length)));
    }
  } finally {
    closeSync(handle);
  }
}

const aligned = (length: number): number => Math.ceil(length / 32) * 32;
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 4);

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function string(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

const name = string;
const text = (key: string, value: string): Buffer => Buffer.concat([name(key), u32(type.string), string(value)]);
const number = (key: string, value: number): Buffer => Buffer.concat([name(key), u32(type.uint32), u32(value)]);
const array = (key: string, of: number, values: readonly Buffer[]): Buffer =>
  Buffer.concat([name(key), u32(type.array), u32(of), u64(values.length), ...values]);
