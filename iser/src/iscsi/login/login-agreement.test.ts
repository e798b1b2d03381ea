import fc from "fast-check";
import { SeededRandom } from "kit/clock";
import { describe, expect, it } from "vitest";
import type { DigestName, LoginPreferences } from "./login-preferences.ts";
import { runLogin } from "./testing/login-pair.ts";

const digest = fc.constantFrom<readonly DigestName[]>(["None"], ["CRC32C"], ["None", "CRC32C"], ["CRC32C", "None"]);
const segment = fc.integer({ min: 512, max: 2 ** 24 - 1 });
const preferences: fc.Arbitrary<LoginPreferences> = fc
  .record({
    headerDigest: digest,
    dataDigest: digest,
    maxRecvDataSegmentLength: segment,
    maxSendDataSegmentLength: segment,
    maxBurstLength: segment,
    firstBurstLength: segment,
    initialR2T: fc.boolean(),
    immediateData: fc.boolean(),
    maxOutstandingR2T: fc.integer({ min: 1, max: 65535 }),
    defaultTime2Wait: fc.integer({ min: 0, max: 3600 }),
    defaultTime2Retain: fc.integer({ min: 0, max: 3600 }),
  })
  .map((wanted) => ({ ...wanted, firstBurstLength: Math.min(wanted.firstBurstLength, wanted.maxBurstLength) }));
const sessionType = fc.constantFrom("normal", "discovery");
const transport = fc.constantFrom("tcp", "iser");

const noCommonDigest = (a: readonly DigestName[], b: readonly DigestName[]) => !a.some((name) => b.includes(name));

describe("both ends of a login", () => {
  it("agree on the same values, and each within what it wanted", () => {
    fc.assert(
      fc.property(preferences, preferences, sessionType, transport, fc.boolean(), (ours, theirs, session, carrier, singleStage) => {
        const rdma = carrier === "iser" && session === "normal";
        const run = runLogin(
          { preferences: ours, sessionType: session, transport: carrier, singleStage },
          { preferences: theirs, transport: carrier },
        );
        if (!rdma && (noCommonDigest(ours.headerDigest, theirs.headerDigest) || noCommonDigest(ours.dataDigest, theirs.dataDigest))) {
          expect(run.initiator.kind).toBe("failed");
          return;
        }
        if (run.initiator.kind !== "done" || run.target?.kind !== "done") throw new Error(`${run.initiator.kind}, ${run.target?.kind}`);
        const agreed = run.initiator.outcome.negotiated;
        expect(run.target.outcome.negotiated).toEqual(agreed);

        const there = run.target.outcome.parameters;
        expect(run.initiator.outcome.parameters).toEqual({
          ...there,
          maxRecvDataSegmentLength: there.maxSendDataSegmentLength,
          maxSendDataSegmentLength: there.maxRecvDataSegmentLength,
        });
        expect(run.initiator.outcome.tsih).toBe(7);
        expect(run.target.outcome.identity.sessionType).toBe(session);

        expect(agreed.targetRecvDataSegmentLength).toBeLessThanOrEqual(theirs.maxRecvDataSegmentLength);
        expect(agreed.initiatorRecvDataSegmentLength).toBeLessThanOrEqual(ours.maxRecvDataSegmentLength);
        expect(agreed.defaultTime2Wait).toBe(Math.max(ours.defaultTime2Wait, theirs.defaultTime2Wait));
        expect(agreed.defaultTime2Retain).toBe(Math.min(ours.defaultTime2Retain, theirs.defaultTime2Retain));
        if (rdma) {
          expect(agreed).toMatchObject({ headerDigest: false, dataDigest: false });
          expect(agreed.targetRecvDataSegmentLength).toBeLessThanOrEqual(ours.maxSendDataSegmentLength);
        } else {
          for (const key of ["headerDigest", "dataDigest"] as const) {
            const name = agreed[key] ? "CRC32C" : "None";
            expect(ours[key]).toContain(name);
            expect(theirs[key]).toContain(name);
          }
        }
        if (session === "discovery") return;
        expect(agreed.initialR2T).toBe(rdma || ours.initialR2T || theirs.initialR2T);
        expect(agreed.immediateData).toBe(ours.immediateData && theirs.immediateData);
        for (const key of ["maxBurstLength", "firstBurstLength", "maxOutstandingR2T"] as const) {
          expect(agreed[key]).toBe(Math.min(ours[key], theirs[key]));
        }
        expect(agreed.firstBurstLength).toBeLessThanOrEqual(agreed.maxBurstLength);
      }),
      { numRuns: 400 },
    );
  });

  it("agree with any mix of credentials, and never let anybody in who did not prove what was asked", () => {
    const secret = fc.constantFrom("twelve-or-more", "another-secret", "yet-one-more-secret");
    const algorithms = fc.subarray(["sha3-256", "sha256", "sha1", "md5"] as const, { minLength: 1 });
    fc.assert(
      fc.property(
        fc.option(fc.record({ secret, mutual: fc.option(secret), algorithms })),
        fc.option(fc.record({ secret, mutual: fc.option(secret), algorithms })),
        fc.integer(),
        (mine, yours, seed) => {
          if (mine !== null && mine.mutual === mine.secret) return;
          const run = runLogin(
            {
              random: new SeededRandom(seed),
              credentials:
                mine === null
                  ? undefined
                  : {
                      user: "alice",
                      secret: mine.secret,
                      algorithms: mine.algorithms,
                      mutual: mine.mutual === null ? undefined : { user: "target", secret: mine.mutual },
                    },
            },
            {
              random: new SeededRandom(seed + 1),
              target: {
                authentication:
                  yours === null
                    ? { kind: "none" }
                    : {
                        kind: "chap",
                        algorithms: yours.algorithms,
                        secretOf: (user) => (user === "alice" ? yours.secret : undefined),
                        mutual: yours.mutual === null ? undefined : { user: "target", secret: yours.mutual },
                      },
              },
            },
          );
          const common = mine?.algorithms.some((name) => yours?.algorithms.includes(name)) === true;
          const proven = mine !== null && yours !== null && common && mine.secret === yours.secret;
          const mutuallyProven = (mine?.mutual ?? null) === null || (mine?.mutual === yours?.mutual && yours?.mutual !== yours?.secret);
          const welcome = mine === null ? yours === null : proven && mutuallyProven;
          expect(run.initiator.kind === "done").toBe(welcome);
          if (!proven && yours !== null) expect(run.target?.kind).toBe("failed");
          expect(JSON.stringify(run)).not.toMatch(/twelve-or-more|another-secret|yet-one-more-secret/);
        },
      ),
      { numRuns: 300 },
    );
  });
});
