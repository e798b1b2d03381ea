import { describe, expect, it } from "vitest";
import { getopt } from "./getopt.ts";

const grammar = { letters: "ALac:p:w:v", long: { socket: "value", help: "flag" } } as const;

function parse(line: string): { flags: string[]; values: Record<string, string>; operands: readonly string[] } {
  const { flags, values, operands } = getopt(line.split(" ").filter(Boolean), grammar);
  return { flags: [...flags], values: Object.fromEntries(values), operands };
}

describe("getopt", () => {
  it.each([
    ["", [], {}, []],
    ["-A -a", ["A", "a"], {}, []],
    ["-Aa", ["A", "a"], {}, []],
    ["-L -v -v", ["L", "v"], {}, []],
    ["-p host:1", [], { p: "host:1" }, []],
    ["-phost:1", [], { p: "host:1" }, []],
    ["-Ap host", ["A"], { p: "host" }, []],
    ["-Aphost", ["A"], { p: "host" }, []],
    ["-p -a", [], { p: "-a" }, []],
    ["-w -5", [], { w: "-5" }, []],
    ["--socket /tmp/s", [], { socket: "/tmp/s" }, []],
    ["--socket=/tmp/s -L", ["L"], { socket: "/tmp/s" }, []],
    ["-L extra", ["L"], {}, ["extra"]],
    ["-L -- -v", ["L"], {}, ["-v"]],
    ["--help", ["help"], {}, []],
  ])("%j", (line, flags, values, operands) => {
    expect(parse(line)).toEqual({ flags, values, operands });
  });

  it.each([
    ["-x", "unknown option -x"],
    ["-Ax", "unknown option -x"],
    ["--nothing", "unknown option --nothing"],
    ["--A", "unknown option --A"],
    ["-p", "-p needs a value"],
    ["--socket", "--socket needs a value"],
    ["--help=yes", '--help takes no value, but was given "yes"'],
    ["-p a -p b", '-p is given twice ("a" and "b")'],
  ])("refuses %j", (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });

  it("ends with the exit code its program wants", () => {
    expect(() => getopt(["-x"], { ...grammar, exitCode: 1 })).toThrow(expect.objectContaining({ exitCode: 1 }));
    expect(() => getopt(["-x"], grammar)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});
