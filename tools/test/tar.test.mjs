import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tar } from "../tour/tar.mjs";

test("an archive holds every file behind a header with its name, size and checksum, in whole blocks", () => {
  const folder = mkdtempSync(join(tmpdir(), "tar-"));
  try {
    mkdirSync(join(folder, "a/b"), { recursive: true });
    writeFileSync(join(folder, "a/b/two"), "x".repeat(513));
    writeFileSync(join(folder, "a/one"), "one");
    const { archive, files } = tar(folder, ["a"]);
    expect(files).toBe(2);
    expect(archive.length).toBe(512 * (1 + 2 + 1 + 1 + 2));
    expect(archive.subarray(0, 8).toString()).toBe("a/b/two\0");
    expect(Number.parseInt(archive.subarray(124, 135).toString(), 8)).toBe(513);
    const header = Buffer.from(archive.subarray(0, 512));
    const said = Number.parseInt(header.subarray(148, 154).toString(), 8);
    header.fill(" ", 148, 156);
    expect(said).toBe(header.reduce((sum, byte) => sum + byte, 0));
    expect(archive.subarray(512 * 4, 512 * 4 + 3).toString()).toBe("one");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
