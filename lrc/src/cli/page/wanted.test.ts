import { describe, expect, it } from "vitest";
import { hasDisplay, userInterfaceOf, wantsPage } from "./wanted.ts";

describe("where a commit's findings are decided upon", () => {
  it.each([
    [undefined, "terminal"],
    ["terminal", "terminal"],
    ["Auto", "auto"],
    ["BROWSER", "browser"],
    ["firefox", "terminal"],
  ])("lrc.ui %s: %s", (setting, ui) => {
    expect(userInterfaceOf(setting)).toBe(ui);
  });

  it.each([
    ["auto", { DISPLAY: ":0" }, true],
    ["auto", { WAYLAND_DISPLAY: "wayland-0" }, true],
    ["auto", { SSH_CONNECTION: "1 2 3 4", DISPLAY: "localhost:10.0" }, true],
    ["auto", { SSH_CONNECTION: "1 2 3 4" }, false],
    ["browser", {}, true],
    ["browser", { SSH_TTY: "/dev/pts/1" }, false],
    ["browser", { SSH_CONNECTION: "1 2 3 4", DISPLAY: "localhost:10.0" }, true],
    ["browser", { CI: "true", DISPLAY: ":0" }, false],
    ["auto", { CI: "", DISPLAY: ":0" }, false],
    ["terminal", { DISPLAY: ":0" }, false],
  ] as const)("%s with %j: %s", (ui, env, isWanted) => {
    expect(wantsPage(ui, env)).toBe(isWanted);
  });

  it("has a display of its own on a Mac, but not over ssh", () => {
    expect([hasDisplay({}, "darwin"), hasDisplay({ SSH_TTY: "x" }, "darwin"), hasDisplay({}, "linux")]).toEqual([true, false, false]);
  });
});
