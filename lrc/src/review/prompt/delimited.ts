import { createHmac } from "node:crypto";

/**
 * Data between two lines that nobody who wrote the data could know: what stands between them cannot end them. The mark is made from a secret of this
 * repository and from the data, so that what is shown beforehand is what is sent.
 */
export function delimited(title: string, data: string, secret: Uint8Array): string {
  const mark = markFor(data, secret);
  return `<<<${mark} ${title}\n${data}\n${mark}>>>`;
}

function markFor(data: string, secret: Uint8Array): string {
  for (let round = 0; ; round += 1) {
    const mark = createHmac("sha256", secret).update(`${round}\n${data}`).digest("hex").slice(0, 20);
    if (!data.includes(mark)) return mark;
  }
}
