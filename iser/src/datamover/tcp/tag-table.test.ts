import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TagTable } from "./tag-table.ts";

describe("a tag table", () => {
  it("agrees with a map whatever tags a peer chooses", () => {
    // Few low bits and wrap-around: collisions, long runs and holes in them.
    const tag = fc
      .tuple(fc.constantFrom(0, 1, 62, 63, 64, 0xffffffc0), fc.integer({ min: 0, max: 7 }))
      .map(([low, high]) => (low + high * 1024) >>> 0);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), tag), { maxLength: 300 }), (steps) => {
        const table = new TagTable<{ readonly tag: number }>();
        const model = new Map<number, { readonly tag: number }>();
        for (const [add, tag] of steps) {
          const known = model.get(tag);
          expect(table.find(tag)).toBe(known);
          if (add && known === undefined) {
            const item = { tag };
            table.add(item);
            model.set(tag, item);
          } else if (!add && known !== undefined) {
            table.remove(known);
            model.delete(tag);
          }
        }
        for (const item of model.values()) expect(table.find(item.tag)).toBe(item);
        expect([table.size, table.all().length]).toEqual([model.size, model.size]);
      }),
    );
  });

  it("grows, and forgets what was removed", () => {
    const table = new TagTable<{ readonly tag: number }>();
    const items = Array.from({ length: 5000 }, (_, index) => ({ tag: (index * 0x10001) >>> 0 }));
    for (const item of items) table.add(item);
    expect(items.every((item) => table.find(item.tag) === item)).toBe(true);
    for (const item of items) table.remove(item);
    expect([table.size, table.find(0)]).toEqual([0, undefined]);
  });
});
