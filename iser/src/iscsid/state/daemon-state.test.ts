import fc from "fast-check";
import { Secret } from "kit/log";
import { describe, expect, it } from "vitest";
import { defaultSessionConfig } from "#config";
import { type DaemonState, decodeState, encodeState, StateFormatError } from "./daemon-state.ts";

const count = fc.nat({ max: 2 ** 31 });
const text = fc.string();
const secret = fc.option(text, { nil: undefined });

const states: fc.Arbitrary<DaemonState> = fc.record({
  nextSessionId: count,
  sessions: fc.array(
    fc.record({
      id: count,
      isid: fc.uint8Array({ minLength: 6, maxLength: 6 }),
      config: fc
        .record({ targetAddress: text, targetName: fc.option(text, { nil: undefined }), user: secret, secret, mutualSecret: secret })
        .map(({ secret, mutualSecret, ...fields }) => {
          return { ...defaultSessionConfig, ...fields, secret: secretOf(secret), mutualSecret: secretOf(mutualSecret) };
        }),
      devices: fc.array(fc.record({ lun: count, device: fc.nat({ max: 1e6 }).map((number) => `da${number}`) }), { maxLength: 3 }),
    }),
    { maxLength: 4 },
  ),
  variables: fc.array(fc.record({ name: text, value: text }), { maxLength: 3 }),
});

function secretOf(value: string | undefined): Secret<string> | undefined {
  return value === undefined ? undefined : new Secret(value);
}

/** Secrets compare equal whatever they hold, so they are taken out. */
function revealed(state: DaemonState): unknown {
  return {
    ...state,
    sessions: state.sessions.map(({ config, ...kept }) => {
      return { ...kept, config: { ...config, secret: config.secret?.reveal(), mutualSecret: config.mutualSecret?.reveal() } };
    }),
  };
}

describe("the state of a daemon as text", () => {
  it("is the state again", () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(revealed(decodeState(encodeState(state)))).toEqual(revealed(state));
      }),
    );
  });

  it("is not taken for a state when it was cut off anywhere, or has something behind it", () => {
    fc.assert(
      fc.property(states, fc.nat(), (state, where) => {
        const whole = encodeState(state);
        expect(() => decodeState(whole.slice(0, where % whole.length))).toThrow(StateFormatError);
        expect(() => decodeState(`${whole}\n`)).toThrow(StateFormatError);
      }),
    );
  });

  it("is not taken for a state when any character is another", () => {
    fc.assert(
      fc.property(states, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (state, where, other) => {
        const whole = encodeState(state);
        const at = where % whole.length;
        fc.pre(whole[at] !== other);
        expect(() => decodeState(whole.slice(0, at) + other + whole.slice(at + 1))).toThrow(StateFormatError);
      }),
    );
  });

  it.each([
    ["", "does not begin as"],
    ["{}\n{}\n", "does not begin as"],
    ["[]\n", "does not begin as"],
    ['{"format":"iscsid-state","version":2}\n{}\n', "version 2, and this iscsid knows version 1"],
    ['{"format":"iscsid-state","version":1,"crc32c":"00000000"}\n{}\n', "checksum"],
  ])("%j is none", (content, reason) => {
    expect(() => decodeState(content)).toThrow(reason);
  });
});
