import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadIsaLCrc32c, portableCrc32c } from "#bytes";
import { succeed } from "./harness/child-process.ts";

test("ISA-L's checksums are ours, at every offset and length, whole and in parts", () => {
  const isaL = loadIsaLCrc32c();
  if (isaL === undefined) throw new Error("libisal.so.2 or koffi cannot be loaded");
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 2_654_435_761) >>> 24);
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(bytes.length - 1000), fc.double({ min: 0, max: 1, noNaN: true }), (start, length, share) => {
      const end = start + length;
      const cut = start + Math.floor(length * share);
      const wanted = portableCrc32c.update(0, bytes, start, end);
      expect(isaL.update(0, bytes, start, end)).toBe(wanted);
      expect(isaL.update(isaL.update(0, bytes, start, cut), bytes, cut, end)).toBe(wanted);
    }),
  );
});

test("a library of the same name that computes something else is not believed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "iser-isa-l-"));
  try {
    const source = join(folder, "other.c");
    const library = join(folder, "other.so");
    writeFileSync(source, "unsigned crc32_iscsi(const unsigned char *bytes, int length, unsigned seed) { return seed + length; }\n");
    await succeed("gcc", ["-shared", "-fPIC", "-o", library, source]);
    expect(loadIsaLCrc32c(library)).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
