/** A value that is written in the source. */
export type Constant = string | number | boolean | null;

/** What a method answers about a text of the source, as Java and JavaScript spell it; undefined where that is not known. */
export function answerOfText(text: string, method: string, values: readonly Constant[]): Constant | undefined {
  const [first] = values;
  if (values.length === 0) return answerAlone(text, method);
  if (method === "equals") return text === first;
  if (method === "charAt") return typeof first === "number" ? text[first] : undefined;
  if (typeof first !== "string" || values.length > 1) return undefined;
  switch (method) {
    case "equalsIgnoreCase":
      return text.toLowerCase() === first.toLowerCase();
    case "startsWith":
      return text.startsWith(first);
    case "endsWith":
      return text.endsWith(first);
    case "contains":
    case "includes":
      return text.includes(first);
    case "concat":
      return text + first;
    default:
      return undefined;
  }
}

function answerAlone(text: string, method: string): Constant | undefined {
  switch (method) {
    case "length":
      return text.length;
    case "isEmpty":
      return text === "";
    case "isBlank":
      return text.trim() === "";
    case "trim":
    case "strip":
      return text.trim();
    case "toLowerCase":
      return text.toLowerCase();
    case "toUpperCase":
      return text.toUpperCase();
    case "toString":
      return text;
    default:
      return undefined;
  }
}
