/**
 * The JSON value in what a model wrote: as it is, without the fence or the words around it, or mended where it was cut off or has commas too many. Undefined
 * where there is none.
 */
export function jsonIn(text: string): { readonly value: unknown; readonly mended: boolean } | undefined {
  const bare = text.trim();
  const whole = parsed(bare);
  if (whole !== undefined) return { value: whole.value, mended: false };
  const fenced = /```(?:json)?\s*\n?([\s\S]*?)(?:```|$)/i.exec(withoutThoughts(bare))?.[1]?.trim();
  for (const candidate of [fenced, fromFirstBrace(withoutThoughts(bare))]) {
    if (candidate === undefined || candidate === "") continue;
    const value = parsed(candidate) ?? parsed(mended(candidate));
    if (value !== undefined) return { value: value.value, mended: true };
  }
  return undefined;
}

/** What some models write before they answer. */
function withoutThoughts(text: string): string {
  return text.replace(/^<think(ing)?>[\s\S]*?<\/think(ing)?>/i, "").trim();
}

function fromFirstBrace(text: string): string | undefined {
  const start = text.search(/[{[]/);
  if (start < 0) return undefined;
  const end = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"));
  const whole = end > start ? text.slice(start, end + 1) : undefined;
  return whole !== undefined && parsed(whole) !== undefined ? whole : text.slice(start);
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { value } : undefined;
  } catch {
    return undefined;
  }
}

/** Reads along as a JSON parser would, escapes bare control characters in strings, drops commas before a closing bracket, and closes at the last whole member what is open at the end. */
function mended(text: string): string {
  const open: string[] = [];
  let output = "";
  /** Where the text could be cut and closed: behind a whole value in an array or object. */
  let safe = { length: 0, open: [] as readonly string[] };
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]!;
    if (inString) {
      if (character === "\\") {
        output += character + (text[index + 1] ?? "");
        index += 1;
      } else if (character < " ") output += character === "\n" ? "\\n" : character === "\t" ? "\\t" : "";
      else {
        output += character;
        if (character === '"') inString = false;
      }
      continue;
    }
    if (character === '"') inString = true;
    if (character === "{" || character === "[") open.push(character === "{" ? "}" : "]");
    if (character === "}" || character === "]") {
      output = output.replace(/,\s*$/, "");
      if (open.pop() !== character) break;
      output += character;
      safe = { length: output.length, open: [...open] };
      if (open.length === 0) break;
      continue;
    }
    output += character;
  }
  if (open.length === 0 && safe.length > 0 && safe.open.length === 0) return output.slice(0, safe.length);
  return output.slice(0, safe.length) + [...safe.open].reverse().join("");
}
