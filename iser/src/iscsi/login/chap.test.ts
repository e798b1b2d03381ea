import { SeededRandom } from "kit/clock";
import { describe, expect, it } from "vitest";
import { formatBase64, formatHex } from "../text/text-value.ts";
import { chapChallenge, chapResponse } from "./chap.ts";
import type { ChapAlgorithm, ChapIdentity } from "./chap-credentials.ts";
import { LoginInitiator } from "./login-initiator.ts";
import type { LoginPdu } from "./login-outcome.ts";
import { LoginTarget } from "./login-target.ts";
import { initiatorOptions, logIn, pairsOf, runLogin, targetOptions, textOf } from "./testing/login-pair.ts";

const alice: ChapIdentity = { user: "alice", secret: "alice-secret-12" };
const target: ChapIdentity = { user: "target", secret: "target-secret-34" };
const secretOf = (user: string) => (user === "alice" ? alice.secret : undefined);
const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

describe("a response", () => {
  const challenge = Uint8Array.from({ length: 16 }, (_, index) => index);

  it.each<[ChapAlgorithm, string]>([
    ["md5", "ab118f1dbf49ce508cb81743f025d80b"],
    ["sha1", "b9709d5e0cf558cc53ffa0522bae7ce49be08945"],
    ["sha256", "68e100f88f209d58b6f4464b8aedfd25529d1b9a6ec5a42a6f49c847652c04e4"],
    ["sha3-256", "b8f496e3b1e67cfe99674bd66f2ab406fea0264a279abdb23da3fc8d6e9419c1"],
  ])("by %s is what openssl computes over identifier, secret and challenge", (algorithm, digest) => {
    expect(formatHex(chapResponse(algorithm, 0x27, "horse-battery-staple", challenge))).toBe(`0x${digest}`);
  });

  it("is what libiscsi answered", () => {
    const response = chapResponse("md5", 174, "aliceSecret12", bytesOf("cab03bbf196c130ee8cd247f6e7d869d"));
    expect(response).toEqual(bytesOf("1ADEABB1F7624A3A0E7276C7EB202248"));
  });
});

it("a challenge is never the one it must not be", () => {
  const random = { bytes: (length: number) => new Uint8Array(length), fraction: () => 0 };
  const theirs = chapChallenge("md5", random);
  expect(chapChallenge("md5", random, theirs)).not.toEqual(theirs);
});

describe.each<ChapAlgorithm>(["md5", "sha1", "sha256", "sha3-256"])("CHAP with %s", (algorithm) => {
  const demand = { kind: "chap", secretOf, mutual: target, algorithms: [algorithm] } as const;

  it.each([
    ["one-way", alice],
    ["mutual", { ...alice, mutual: target }],
  ])("%s lets in who knows the secret", (_direction, credentials) => {
    const run = runLogin({ credentials }, { target: { authentication: demand } });
    expect(run.initiator.kind).toBe("done");
    expect(run.target).toMatchObject({ kind: "done", outcome: { identity: { user: "alice" } } });
  });

  it("keeps out who does not", () => {
    const run = runLogin(
      { credentials: { user: "alice", secret: "guess", algorithms: [algorithm] } },
      { target: { authentication: demand } },
    );
    expect(run.initiator).toMatchObject({
      kind: "failed",
      error: {
        status: 0x0201,
        message: `target iqn.2026-01.example:target refused login: authentication failure (0x0201); check the user and secret`,
      },
    });
    expect(run.target).toMatchObject({ kind: "failed", error: { key: "CHAP_R" } });
  });

  it("is told that a target which does not ask for a proof may need none", () => {
    const run = runLogin({ credentials: { ...alice, algorithms: [algorithm] } }, {});
    expect(run.initiator).toMatchObject({
      kind: "failed",
      error: {
        status: 0x0201,
        message: expect.stringContaining("it did not even ask for a proof; leave out user and secret if it needs none"),
      },
    });
  });

  it("walks out on a target that does not know its own", () => {
    const impostor = { ...demand, mutual: { user: "target", secret: "another-secret" } };
    const initiator = new LoginInitiator(initiatorOptions({ credentials: { ...alice, mutual: target, algorithms: [algorithm] } }));
    const other = new LoginTarget(targetOptions({ target: { authentication: impostor } }));
    const run = logIn(initiator, other);
    expect(run.initiator).toMatchObject({ kind: "failed", error: { reason: "Mutual CHAP failed", key: "CHAP_R" } });
    // It is not left waiting: what it hears is a reason to refuse.
    const { bhs, data } = initiator.farewell!;
    expect([bhs[1]! & 0xc0, data.length]).toEqual([0xc0, 0]);
    expect(other.handle(bhs, data)).toMatchObject({ kind: "failed" });
  });

  it("is not spoken to any more when it has refused", () => {
    const initiator = new LoginInitiator(initiatorOptions({ credentials: { ...alice, secret: "not-it-at-all", algorithms: [algorithm] } }));
    expect(logIn(initiator, new LoginTarget(targetOptions({ target: { authentication: demand } }))).initiator.kind).toBe("failed");
    expect(initiator.farewell).toBeUndefined();
  });
});

it("works in discovery sessions as well", () => {
  const authentication = { kind: "chap", secretOf } as const;
  const discovery = { sessionType: "discovery", targetName: undefined } as const;
  expect(runLogin({ ...discovery, credentials: alice }, { discovery: { authentication } }).initiator.kind).toBe("done");
  expect(runLogin(discovery, { discovery: { authentication } }).initiator).toMatchObject({
    kind: "failed",
    error: { message: "the portal refused login: authentication failure (0x0201); it requires authentication; give a user and secret" },
  });
});

describe("the target refuses", () => {
  const authentication = { kind: "chap", secretOf, mutual: target } as const;

  it.each([
    ["an initiator that skips the security stage", { singleStage: true }, "skipped security negotiation", "AuthMethod"],
    ["an initiator without credentials", {}, "did not offer CHAP", "AuthMethod"],
    ["an unknown user", { credentials: { user: "bob", secret: "x", algorithms: ["md5"] } }, "gave a CHAP user that is not known", "CHAP_N"],
  ] as const)("%s", (_who, options, why, key) => {
    const run = runLogin(options, { target: { authentication } });
    expect(run.initiator).toMatchObject({ kind: "failed", error: { status: 0x0201 } });
    expect(run.target).toMatchObject({ kind: "failed", error: { key, message: expect.stringContaining(why) } });
  });

  it("an initiator that offers no algorithm it allows", () => {
    const run = runLogin(
      { credentials: { ...alice, algorithms: ["md5"] } },
      { target: { authentication: { ...authentication, algorithms: ["sha256"] } } },
    );
    expect(run.target).toMatchObject({
      kind: "failed",
      error: { key: "CHAP_A", message: expect.stringContaining("no CHAP algorithm that is allowed here: 5") },
    });
  });

  it("to prove itself when it has nothing to prove it with", () => {
    const run = runLogin(
      { credentials: { ...alice, mutual: target, algorithms: ["md5"] } },
      { target: { authentication: { kind: "chap", secretOf } } },
    );
    expect(run.target).toMatchObject({
      kind: "failed",
      error: { key: "CHAP_C", message: expect.stringContaining("no mutual user is set up") },
    });
  });

  it("to answer with the initiator's own secret", () => {
    const run = runLogin(
      { credentials: { ...alice, mutual: target, algorithms: ["md5"] } },
      { target: { authentication: { ...authentication, mutual: { user: "target", secret: alice.secret } } } },
    );
    expect(run.target).toMatchObject({ kind: "failed", error: { message: expect.stringContaining("its own secret") } });
  });

  it("its own challenge sent back, even with the right response", () => {
    const outcome = talk((say) => {
      say("InitiatorName=iqn.a TargetName=iqn.2026-01.example:target AuthMethod=CHAP");
      const asked = Object.fromEntries(
        say("CHAP_A=5")
          .split(" ")
          .map((pair) => pair.split("=")),
      );
      const response = chapResponse("md5", Number(asked.CHAP_I), alice.secret, bytesOf(asked.CHAP_C.slice(2)));
      say(`CHAP_N=alice CHAP_R=${formatHex(response)} CHAP_I=${asked.CHAP_I} CHAP_C=${asked.CHAP_C}`);
    });
    expect(outcome).toMatchObject({
      kind: "failed",
      error: { status: 0x0201, message: expect.stringContaining("sent our own challenge back") },
    });
  });

  it.each([
    ["a challenge of more than 1024 bytes", `CHAP_C=0b${"A".repeat(1370)}`],
    ["an empty challenge", "CHAP_C=0x"],
    ["an identifier of two bytes", "CHAP_I=256 CHAP_C=0x00"],
    ["a challenge without identifier", "CHAP_C=0x00"],
    ["an identifier without challenge", "CHAP_I=1"],
    ["two responses", "CHAP_R=0x00"],
  ])("%s", (_what, more) => {
    const outcome = talk((say) => {
      say("InitiatorName=iqn.a TargetName=iqn.2026-01.example:target AuthMethod=CHAP");
      const asked = Object.fromEntries(
        say("CHAP_A=5")
          .split(" ")
          .map((pair) => pair.split("=")),
      );
      const response = chapResponse("md5", Number(asked.CHAP_I), alice.secret, bytesOf(asked.CHAP_C.slice(2)));
      say(`CHAP_N=alice CHAP_R=${formatHex(response)} ${more}`);
    });
    expect(outcome).toMatchObject({ kind: "failed", error: { status: 0x0200, key: expect.stringContaining("CHAP_") } });
  });

  /** An initiator made by hand: each `say` sends a security text with T=0 and returns the answer. */
  function talk(script: (say: (text: string) => string) => void) {
    const login = new LoginTarget(targetOptions({ target: { authentication } }));
    let last: ReturnType<LoginTarget["handle"]> | undefined;
    script((text) => {
      const bhs = new Uint8Array(48);
      bhs[0] = 0x43;
      last = login.handle(bhs, textOf(text));
      return last.kind === "send" ? pairsOf(last.pdu.data) : "";
    });
    return last;
  }
});

describe("the initiator", () => {
  /** A target made by hand: security stage, then whatever `answers` say, each with T=0 unless it begins with "T ". */
  function meet(credentials: NonNullable<ReturnType<typeof initiatorOptions>["credentials"]>, answers: readonly string[]) {
    const initiator = new LoginInitiator(initiatorOptions({ credentials, random: new SeededRandom(3) }));
    const said: string[] = [];
    let step = initiator.start();
    for (const answer of answers) {
      if (step.kind !== "send") break;
      said.push(pairsOf(step.pdu.data));
      step = initiator.handle(responseTo(step.pdu, answer.startsWith("T ")), textOf(answer.replace(/^T /, "")));
    }
    return { step, said };
  }

  function responseTo(pdu: LoginPdu, transit: boolean): Uint8Array {
    const bhs = new Uint8Array(48);
    bhs[0] = 0x23;
    bhs[1] = transit ? 0x81 : 0x00;
    bhs.set(pdu.bhs.subarray(8, 20), 8);
    return bhs;
  }

  it.each([
    ["hexadecimal", formatHex],
    ["base64", formatBase64],
  ])("answers a %s challenge of 1024 bytes", (_encoding, format) => {
    const challenge = new SeededRandom(9).bytes(1024);
    const { step } = meet(alice, ["AuthMethod=CHAP", `CHAP_A=5 CHAP_I=0x2a CHAP_C=${format(challenge)}`]);
    if (step.kind !== "send") throw new Error(step.kind);
    expect(pairsOf(step.pdu.data)).toBe(`CHAP_N=alice CHAP_R=${formatHex(chapResponse("md5", 42, alice.secret, challenge))}`);
  });

  it("offers CHAP alone, so that nobody talks it into doing without", () => {
    const { step, said } = meet(alice, ["AuthMethod=None"]);
    expect(said[0]).toContain("AuthMethod=CHAP");
    expect(step).toMatchObject({ kind: "failed", error: { key: "AuthMethod", reason: "Unsupported AuthMethod" } });
  });

  it("walks out when the target leaves before it proved who it is", () => {
    const { step } = meet({ ...alice, mutual: target, algorithms: ["md5"] }, ["AuthMethod=CHAP", "CHAP_A=5 CHAP_I=1 CHAP_C=0x0011", "T "]);
    expect(step).toMatchObject({ kind: "failed", error: { reason: "Mutual CHAP failed" } });
  });

  it("walks out when the target proves to be somebody else", () => {
    const { step } = meet({ ...alice, mutual: target, algorithms: ["md5"] }, [
      "AuthMethod=CHAP",
      "CHAP_A=5 CHAP_I=1 CHAP_C=0x0011",
      "T CHAP_N=mallory CHAP_R=0x00112233445566778899aabbccddeeff",
    ]);
    expect(step).toMatchObject({ kind: "failed", error: { key: "CHAP_N" } });
  });

  it.each([
    ["answers Reject to the list", ["AuthMethod=CHAP", "CHAP_A=Reject"]],
    ["answers the list with nonsense", ["AuthMethod=CHAP", "CHAP_A=9 CHAP_I=1 CHAP_C=0x00"]],
  ])("suggests MD5 alone to a target that %s", (_what, answers) => {
    const { step, said } = meet(alice, answers);
    expect(said[1]).toBe("CHAP_A=8,7,6,5");
    expect(step).toMatchObject({ kind: "retry", algorithms: ["md5"], error: { key: "CHAP_A" } });
  });

  it("suggests MD5 alone when the target ends the login at a stronger response, as tgt does, which takes 7 for SHA-1", () => {
    const initiator = new LoginInitiator(initiatorOptions({ credentials: alice }));
    let step = initiator.start();
    for (const answer of ["AuthMethod=CHAP", "CHAP_A=7 CHAP_I=1 CHAP_C=0x00"]) {
      if (step.kind !== "send") throw new Error(step.kind);
      step = initiator.handle(responseTo(step.pdu, false), textOf(answer));
    }
    const refusal = new Uint8Array(48);
    refusal.set([0x23, 0]);
    refusal.set([2, 0], 36);
    expect(initiator.handle(refusal, new Uint8Array(0))).toMatchObject({ kind: "retry", algorithms: ["md5"], error: { status: 0x0200 } });
  });

  it("suggests MD5 alone when the target just hangs up on the list", () => {
    const initiator = new LoginInitiator(initiatorOptions({ credentials: alice }));
    const step = initiator.start();
    if (step.kind !== "send") throw new Error(step.kind);
    initiator.handle(responseTo(step.pdu, false), textOf("AuthMethod=CHAP"));
    expect(initiator.closed(undefined)).toMatchObject({ kind: "retry", algorithms: ["md5"] });
  });

  it("suspects user and secret when the target hangs up on the response", () => {
    const initiator = new LoginInitiator(initiatorOptions({ credentials: { ...alice, algorithms: ["md5"] } }));
    let step = initiator.start();
    for (const answer of ["AuthMethod=CHAP", "CHAP_A=5 CHAP_I=1 CHAP_C=0x00"]) {
      if (step.kind !== "send") throw new Error(step.kind);
      step = initiator.handle(responseTo(step.pdu, false), textOf(answer));
    }
    expect(initiator.closed(undefined)).toMatchObject({
      kind: "failed",
      error: { message: expect.stringContaining("wrong user or secret") },
    });
  });

  it("does not suggest MD5 when the target accepted the response and failed to prove itself", () => {
    const { step } = meet({ ...alice, mutual: target }, [
      "AuthMethod=CHAP",
      "CHAP_A=7 CHAP_I=1 CHAP_C=0x0011",
      "CHAP_N=target CHAP_R=0x00",
    ]);
    expect(step).toMatchObject({ kind: "failed", error: { reason: "Mutual CHAP failed" } });
  });

  it("does not suggest MD5 when it may not use it, or has already", () => {
    expect(meet({ ...alice, algorithms: ["sha256", "sha1"] }, ["AuthMethod=CHAP", "CHAP_A=Reject"]).step.kind).toBe("failed");
    expect(meet({ ...alice, algorithms: ["md5"] }, ["AuthMethod=CHAP", "CHAP_A=Reject"]).step.kind).toBe("failed");
  });

  it("will not begin with one secret for both directions, and does not print it", () => {
    const same = { ...alice, mutual: { user: "target", secret: alice.secret } };
    expect(() => new LoginInitiator(initiatorOptions({ credentials: same }))).toThrow(/secrets for both directions/);
    expect(() => new LoginInitiator(initiatorOptions({ credentials: same }))).not.toThrow(alice.secret);
  });
});

it("a narrowed login succeeds where the list did not", () => {
  const demand = { kind: "chap", secretOf, algorithms: ["md5"] } as const;
  const narrowed = new LoginInitiator(initiatorOptions({ credentials: { ...alice, algorithms: ["md5"] } }));
  expect(logIn(narrowed, new LoginTarget(targetOptions({ target: { authentication: demand } }))).initiator.kind).toBe("done");
});
