const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A character that XML cannot have at all: targets say what they like. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are meant
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text that is safe in an element or in quotes, of XML and of HTML. */
export function escapeMarkup(text: string): string {
  return text.replaceAll(unprintable, "\ufffd").replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
