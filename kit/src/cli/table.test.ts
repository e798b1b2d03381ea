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
