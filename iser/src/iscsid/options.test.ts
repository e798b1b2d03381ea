import { describe, expect, it } from "vitest";
import { parseOptions } from "./options.ts";

describe("command lines of iscsid", () => {
  it("have FreeBSD's defaults", () => {
    expect(parseOptions([])).toMatchObject({ foreground: false, loginsAtOnce: 30, loginTimeoutS: undefined, debug: undefined });
  });

  it.each([
    ["-d", { foreground: true }],
    ["--foreground", { foreground: true }],
    ["-dl2 -m0 -t 0 -P /p", { foreground: true, debug: 2, loginsAtOnce: 0, loginTimeoutS: 0, pidFile: "/p" }],
    ["--log-format json --log-file l", { logFormat: "json", logFile: "l" }],
    ["--metrics 9100", { metrics: { host: "127.0.0.1", port: 9100 } }],
    ["--metrics :9100", { metrics: { host: "127.0.0.1", port: 9100 } }],
    ["--metrics 0.0.0.0:0", { metrics: { host: "0.0.0.0", port: 0 } }],
    ["--metrics [::1]:9100", { metrics: { host: "::1", port: 9100 } }],
    ["--trace t", { traceFile: "t", traceFileBytes: 64 * 2 ** 20 }],
    ["--trace t --trace-size 4", { traceFile: "t", traceFileBytes: 4 * 2 ** 20 }],
    ["--metrics storage.example:9100", { metrics: { host: "storage.example", port: 9100 } }],
  ])("%s", (line, expected) => {
    expect(parseOptions(line.split(" "))).toMatchObject(expected);
  });

  it.each([
    "-m x",
    "-t -1",
    "-l 1e3",
    "--metrics 65536",
    "--metrics ::1:9100",
    "--metrics host:",
    "--log-format xml",
    "--load tcp",
    "--trace=",
    "--trace t --trace-size 3",
    "--trace t --trace-size 1G",
    "--trace-size 64",
    "extra",
    "-P",
    "-z",
  ])("%s is refused", (line) => {
    expect(() => parseOptions(line.split(" "))).toThrow(expect.objectContaining({ exitCode: 1 }));
  });
});
