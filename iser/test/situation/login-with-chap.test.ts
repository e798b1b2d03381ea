import { describe, expect, it } from "vitest";
import type { TargetAuthentication } from "#iscsi";
import { carriers, World } from "./world.ts";

const oneWay: TargetAuthentication = { kind: "chap", secretOf: (user) => (user === "joe" ? "a-secret-of-joe" : undefined) };
const mutual: TargetAuthentication = { ...oneWay, mutual: { user: "box", secret: "a-secret-of-box" } };

describe.each(carriers)("login with CHAP ($name)", (carrier) => {
  it.each([
    ["one way", oneWay, ""],
    ["mutual", mutual, "?target_user=box&target_password=a-secret-of-box"],
    ["MD5 alone", { ...oneWay, algorithms: ["md5"] } satisfies TargetAuthentication, ""],
  ])("succeeds, %s", async (_name, authentication, query) => {
    const world = new World(carrier, { target: { authentication } });
    const disk = await world.open(query, {}, "joe%a-secret-of-joe@");
    expect((await world.until(disk.read(0, 512))).length).toBe(512);
    await world.until(disk.close());
  });

  it("is not even tried when both secrets are the same", async () => {
    const world = new World(carrier, { target: { authentication: mutual } });
    const opened = world.open("?target_user=box&target_password=a-secret-of-joe", {}, "joe%a-secret-of-joe@");
    await expect(opened).rejects.toMatchObject({ name: "UrlError", message: expect.stringMatching(/are the same/) as string });
    expect(world.links).toEqual([]);
  });

  it.each([
    ["the secret is wrong", oneWay, "joe%not-the-secret@", "", /authentication failure \(0x0201\)/i],
    ["nobody said who is there", oneWay, "", "", /authenti/i],
    [
      "the target cannot prove itself",
      mutual,
      "joe%a-secret-of-joe@",
      "?target_user=box&target_password=another-secret",
      /box|target|mutual/i,
    ],
  ])("fails in words when %s, and shows no secret", async (_name, authentication, userinfo, query, words) => {
    const world = new World(carrier, { target: { authentication } });
    const opened = world.open(query, {}, userinfo);
    await expect(opened).rejects.toMatchObject({ name: "LoginError", message: expect.stringMatching(words) as string });
    await expect(opened).rejects.not.toMatchObject({ message: expect.stringMatching(/a-secret|not-the-secret|another-secret/) as string });
    expect(world.server.sessions).toEqual([]);
    expect(world.clock.waiting).toBe(0);
  });
});
