import { UsageError } from "kit/cli";
import { describe, expect, it } from "vitest";
import { credentialsOf, parseIscsiUrl } from "#initiator";
import { withChapVariables } from "./chap-variables.ts";

const own = { LIBISCSI_CHAP_USERNAME: "me", LIBISCSI_CHAP_PASSWORD: "100%&@/ secret" };
const target = { LIBISCSI_CHAP_TARGET_USERNAME: "you", LIBISCSI_CHAP_TARGET_PASSWORD: "another one" };

/** Who we are and who the target must be, with the secrets in the open. */
function credentials(userinfo: string, environment: Readonly<Record<string, string>>, query = "") {
  const found = credentialsOf(withChapVariables(parseIscsiUrl(`iscsi://${userinfo}host/iqn.a:b/0${query}`), environment));
  return found && [found.user, found.secret.reveal(), found.mutual?.user, found.mutual?.secret.reveal()];
}

describe("CHAP from the environment", () => {
  it.each([
    ["neither names anybody", "", {}, undefined],
    ["variables that are empty are none", "", { LIBISCSI_CHAP_USERNAME: "", LIBISCSI_CHAP_PASSWORD: "" }, undefined],
    ["a user, with everything that a password may be made of", "", own, ["me", "100%&@/ secret", undefined, undefined]],
    ["mutual", "", { ...own, ...target }, ["me", "100%&@/ secret", "you", "another one"]],
    ["a URL that names a user and a password says all of it", "her%self@", { ...own, ...target }, ["her", "self", undefined, undefined]],
    ["half of a pair does not matter to such a URL", "her%self@", { LIBISCSI_CHAP_USERNAME: "me" }, ["her", "self", undefined, undefined]],
    ["the password for the user of the URL", "her@", { LIBISCSI_CHAP_PASSWORD: "x y" }, ["her", "x y", undefined, undefined]],
    ["the password for the same user", "me@", { ...own, ...target }, ["me", "100%&@/ secret", "you", "another one"]],
  ])("%s", (_, userinfo, environment, expected) => {
    expect(credentials(userinfo, environment)).toEqual(expected);
  });

  it("leaves the target to a URL that names it", () => {
    const query = "?target_user=him&target_password=his";
    expect(credentials("", { ...own, ...target }, query)).toEqual(["me", "100%&@/ secret", "him", "his"]);
  });

  it.each([
    ["", { LIBISCSI_CHAP_USERNAME: "me" }, "LIBISCSI_CHAP_USERNAME is set and LIBISCSI_CHAP_PASSWORD is not"],
    ["", { LIBISCSI_CHAP_PASSWORD: "hidden" }, "LIBISCSI_CHAP_PASSWORD is set and LIBISCSI_CHAP_USERNAME is not"],
    ["", { ...own, LIBISCSI_CHAP_PASSWORD: "" }, "LIBISCSI_CHAP_USERNAME is set and LIBISCSI_CHAP_PASSWORD is not"],
    ["", { ...own, LIBISCSI_CHAP_TARGET_USERNAME: "you" }, "LIBISCSI_CHAP_TARGET_USERNAME is set and LIBISCSI_CHAP_TARGET_PASSWORD is not"],
    [
      "",
      { ...own, LIBISCSI_CHAP_TARGET_PASSWORD: "hidden" },
      "LIBISCSI_CHAP_TARGET_PASSWORD is set and LIBISCSI_CHAP_TARGET_USERNAME is not",
    ],
    ["", target, "LIBISCSI_CHAP_TARGET_USERNAME and LIBISCSI_CHAP_TARGET_PASSWORD are set, and no user of ours is"],
    [
      "",
      { ...own, ...target, LIBISCSI_CHAP_TARGET_PASSWORD: own.LIBISCSI_CHAP_PASSWORD },
      "LIBISCSI_CHAP_PASSWORD and LIBISCSI_CHAP_TARGET_PASSWORD are the same",
    ],
    ["", { ...own, LIBISCSI_CHAP_USERNAME: "é".repeat(128) }, "LIBISCSI_CHAP_USERNAME is 256 bytes long; at most 255 are allowed"],
    ["her@", own, 'the URL names the user "her" and no password, and LIBISCSI_CHAP_PASSWORD is for another user'],
    ["her@", {}, 'the URL names the user "her" and no password'],
  ])("%j with %j is refused", (userinfo, environment, message) => {
    const attempt = () => credentials(userinfo, environment);
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(/hidden|another one/);
  });

  it("is a secret at once", () => {
    const url = withChapVariables(parseIscsiUrl("iscsi://host/iqn.a:b/0"), { ...own, ...target });
    expect(JSON.stringify(url)).not.toMatch(/secret"?[^\]]*100%|another one/);
    expect(`${url.password} ${url.targetPassword}`).toBe("[secret] [secret]");
  });
});
