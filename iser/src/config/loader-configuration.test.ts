import { describe, expect, it } from "vitest";
import { parseLoaderConfiguration } from "./loader-configuration.ts";

function values(text: string): Record<string, string> {
  return Object.fromEntries([...parseLoaderConfiguration(text, "loader.conf").values()].map(({ name, value }) => [name, value]));
}

describe("a file in the manner of loader.conf(5)", () => {
  it("is assignments, comments and blank lines", () => {
    expect(values("")).toEqual({});
    expect(values('# modules\r\n\n  iser_load="YES"  # RDMA\nkern.iser.debug=2\nempty=""\nblank="a b # c"\n')).toEqual({
      iser_load: "YES",
      "kern.iser.debug": "2",
      empty: "",
      blank: "a b # c",
    });
  });

  it("means the last of two assignments", () => {
    expect(values('iser_load="YES"\niser_load="NO"')).toEqual({ iser_load: "NO" });
  });

  it.each(["iser_load", 'iser_load="YES', "iser_load=YES NO", '="YES"', "iser load=1"])("does not have the line %s", (line) => {
    expect(() => values(`# first\n${line}`)).toThrow("loader.conf, line 2 is no assignment");
  });
});
