import { expect, it } from "vitest";
import { formatTable } from "./table.ts";

it("lines columns up, numbers to the right, and leaves no blanks at line ends", () => {
  const table = formatTable(
    [{ title: "LUN", align: "right" }, { title: "Size", align: "right" }, { title: "Product" }],
    [
      ["0", "64.0 MiB", "disk"],
      ["12", "1.5 GiB", ""],
    ],
  );
  expect(table).toBe("LUN      Size  Product\n  0  64.0 MiB  disk\n 12   1.5 GiB\n");
});

it("is a line of titles when there are no rows", () => {
  expect(formatTable([{ title: "Name" }, { title: "State" }], [])).toBe("Name  State\n");
});

it("knows that some signs take two cells, and marks none", () => {
  expect(
    formatTable(
      [{ title: "Author" }, { title: "Subject" }],
      [
        ["漢字", "a"],
        ["Zoe\u0308", "b"],
        ["🙂", "c"],
      ],
    ),
  ).toBe("Author  Subject\n漢字    a\nZoe\u0308     b\n🙂      c\n");
});

it("has as many rows as there are", () => {
  expect(
    formatTable(
      [{ title: "N" }],
      Array.from({ length: 200_000 }, (_, n) => [String(n)]),
    ),
  ).toMatch(/\n199999\n$/);
});
