import { Logger } from "kit/log";
import { beforeEach, describe, expect, it } from "vitest";
import { IserDriver } from "./iser-driver.ts";
import { LiveTimeouts } from "./live-timeouts.ts";
import { Settings } from "./settings.ts";
import { Variables } from "./variables.ts";

let settings: Settings;
let iser: IserDriver;
let variables: Variables;

beforeEach(() => {
  settings = new Settings();
  iser = new IserDriver(new Logger(() => {}, { level: "error", wallClock: () => 0 }));
  variables = new Variables(settings, iser);
});

describe("the variables of iscsi(4), icl and iser(4)", () => {
  it("have the defaults that they have in the kernel, which has no kern.icl.busy_poll", () => {
    expect(variables.names().map((name) => `${name}=${variables.get(name)}`)).toEqual([
      "kern.icl.busy_poll=100",
      "kern.icl.coalesce=1",
      "kern.icl.debug=1",
      "kern.icl.iser_offloads=",
      "kern.icl.offloads=none:0",
      "kern.icl.partial_receive_len=131072",
      "kern.icl.recvspace=1048576",
      "kern.icl.sendspace=1048576",
      "kern.iscsi.debug=1",
      "kern.iscsi.fail_on_disconnection=0",
      "kern.iscsi.fail_on_shutdown=1",
      "kern.iscsi.iscsid_timeout=60",
      "kern.iscsi.login_timeout=60",
      "kern.iscsi.maxtags=255",
      "kern.iscsi.ping_timeout=5",
      "kern.iser.debug=0",
    ]);
    iser.isLoaded = true;
    expect(variables.get("kern.icl.iser_offloads")).toBe("iser:0");
  });

  it.each([
    ["kern.icl.busy_poll", "1001"],
    ["kern.icl.coalesce", "2"],
    ["kern.iscsi.maxtags", "0"],
    ["kern.iscsi.maxtags", "65534"],
    ["kern.iscsi.ping_timeout", "-1"],
    ["kern.iscsi.ping_timeout", "5 s"],
    ["kern.iscsi.ping_timeout", ""],
    ["kern.iscsi.login_timeout", "9999999999"],
    ["kern.iser.debug", "4"],
  ])("%s is not %j", (name, value) => {
    const before = variables.get(name);
    expect(() => variables.set(name, value)).toThrow(expect.objectContaining({ code: "EINVAL" }));
    expect(variables.get(name)).toBe(before);
  });

  it("are found below a prefix, and some can only be read", () => {
    expect(variables.names("kern.iser")).toEqual(["kern.iser.debug"]);
    expect(variables.names("kern.is")).toEqual([]);
    expect(() => variables.set("kern.icl.offloads", "1")).toThrow(expect.objectContaining({ code: "EPERM" }));
    expect(() => variables.get("kern.iscsi.colour")).toThrow('there is no variable "kern.iscsi.colour"; there is kern.iscsi.debug, ');
    expect(() => variables.get("vfs")).toThrow("iscsictl --sysctl -a lists what there is");
  });

  it("hold for sessions that are there, unless these have something of their own", () => {
    const common = new LiveTimeouts({ loginTimeoutS: undefined, pingTimeoutS: undefined }, settings);
    const own = new LiveTimeouts({ loginTimeoutS: 9, pingTimeoutS: 8 }, settings);
    variables.set("kern.iscsi.ping_timeout", "2");
    variables.set("kern.iscsi.login_timeout", "0");
    expect([common.pingMs, common.loginMs, own.pingMs, own.loginMs]).toEqual([2000, 0, 8000, 9000]);
  });
});
