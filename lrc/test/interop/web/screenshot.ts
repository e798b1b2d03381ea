import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

const kept = (name: string): string => fileURLToPath(new URL(`../../../../docs/images/lrc-${name}.png`, import.meta.url));

/** Fonts differ between machines by some pixels at the edge of every letter; a panel that has moved is more than that. */
const tolerated = 0.06;

/**
 * Compares the page with the picture of it in the manuals. Resolves to the share of pixels that are visibly different; with UPDATE_SCREENSHOTS=1, and where
 * there is no picture yet, the picture is made instead.
 */
export async function compareScreenshot(page: Page, name: string): Promise<void> {
  const file = kept(name);
  const now = await page.screenshot({ animations: "disabled", caret: "hide" });
  if (process.env.UPDATE_SCREENSHOTS === "1" || !existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, now);
    return;
  }
  const blank = await page.context().newPage();
  try {
    const share = await blank.evaluate(
      async ([a, b]) => {
        const pixels = async (text: string): Promise<ImageData> => {
          const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
          const image = await createImageBitmap(new Blob([bytes]));
          const context = new OffscreenCanvas(image.width, image.height).getContext("2d")!;
          context.drawImage(image, 0, 0);
          return context.getImageData(0, 0, image.width, image.height);
        };
        const [left, right] = [await pixels(a!), await pixels(b!)];
        if (left.width !== right.width || left.height !== right.height) return 1;
        let different = 0;
        for (let at = 0; at < left.data.length; at += 4) {
          const distance = [0, 1, 2].reduce((sum, part) => sum + Math.abs(left.data[at + part]! - right.data[at + part]!), 0);
          if (distance > 96) different += 1;
        }
        return different / (left.data.length / 4);
      },
      [now.toString("base64"), readFileSync(file).toString("base64")],
    );
    if (share > tolerated) {
      const found = file.replace(/\.png$/, ".now.png");
      writeFileSync(found, now);
      throw new Error(`${(share * 100).toFixed(1)} % of ${file} is different now: see ${found}; UPDATE_SCREENSHOTS=1 keeps the new one`);
    }
  } finally {
    await blank.close();
  }
}
