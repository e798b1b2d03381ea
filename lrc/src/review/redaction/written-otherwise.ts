/** Shorter pieces are found in too much that has nothing to do with them. */
const leastLength = 8;

/** What a secret looks like where it was encoded: for an address, as Base64 at whatever place in a longer text, as hexadecimal, in JSON, in XML. */
export function writtenOtherwise(value: string): ReadonlySet<string> {
  const address = encodeURIComponent(value);
  const escaped = address.replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [
    ...[address, escaped].flatMap((form) => [form, form.replaceAll("%20", "+"), lowercased(form)]),
    JSON.stringify(value).slice(1, -1),
    value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
  ];
  const bytes = Buffer.from(value);
  if (bytes.length >= 6) forms.push(bytes.toString("hex"), bytes.toString("hex").toUpperCase(), ...asBase64(bytes));
  return new Set(forms.filter((form) => form !== value));
}

function lowercased(address: string): string {
  return address.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/** Three bytes make four characters, so there are three ways to stand in a longer text; what the neighbours have a share in is left out. */
function asBase64(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replaceAll("=", "");
    const first = [0, 2, 3][offset]!;
    const inner = text.slice(first, (offset + bytes.length) % 3 === 0 ? undefined : -1);
    return inner.length < leastLength ? [] : [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
