import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Crc32c, portableCrc32c } from "./crc32c.ts";
import { fastestCrc32c, loadIsaLCrc32c, loadNodeRsCrc32c } from "./native-crc32c.ts";

/** The definition, bit by bit: slow and obvious. */
function obviousCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

const native = { "@node-rs/crc32": loadNodeRsCrc32c(), "ISA-L": loadIsaLCrc32c() };
const implementations: readonly (readonly [string, Crc32c])[] = [
  ["portable", portableCrc32c],
  ["fastest", fastestCrc32c()],
  ...Object.entries(native).flatMap(([name, crc32c]) => (crc32c === undefined ? [] : [[name, crc32c] as const])),
];

describe.each(implementations)("CRC32C, %s", (_, crc32c) => {
  const of = (bytes: Uint8Array): number => crc32c.update(0, bytes, 0, bytes.length);

  it("gives the values of RFC 7143, appendix A.4", () => {
    const onTheWire = (bytes: Uint8Array): string => {
      const wire = Buffer.alloc(4);
      wire.writeUInt32LE(of(bytes));
      return wire.toString("hex");
    };
    expect(onTheWire(new Uint8Array(32))).toBe("aa36918a");
    expect(onTheWire(new Uint8Array(32).fill(0xff))).toBe("43aba862");
    expect(onTheWire(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe("4e79dd46");
    expect(onTheWire(Uint8Array.from({ length: 32 }, (_, index) => 31 - index))).toBe("5cdb3f11");
    const readCommand = new Uint8Array(48);
    readCommand.set([0x01, 0xc0]);
    readCommand.set([0x14], 16);
    readCommand.set([0x04, 0x00, 0, 0, 0, 0x14, 0, 0, 0, 0x18, 0x28], 22);
    readCommand.set([0x02], 40);
    expect(onTheWire(readCommand)).toBe("563a96d9");
  });

  it("agrees with the definition at every length around its steps and switches", () => {
    const bytes = Uint8Array.from({ length: 400 }, (_, index) => (index * 31) & 0xff);
    for (let length = 0; length <= bytes.length; length++) {
      expect(crc32c.update(0, bytes, 3, length + 3 > 400 ? 400 : length + 3)).toBe(obviousCrc32c(bytes.subarray(3, length + 3)));
    }
  });

  it("continues where it left off", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500 }), fc.nat(), (bytes, cut) => {
        const at = bytes.length === 0 ? 0 : cut % (bytes.length + 1);
        expect(crc32c.update(crc32c.update(0, bytes, 0, at), bytes, at, bytes.length)).toBe(of(bytes));
      }),
    );
  });
});

it("takes no library that is not there, or is another", () => {
  expect(loadIsaLCrc32c("libisal-of-nobody.so.2")).toBeUndefined();
  expect(loadIsaLCrc32c("libc.so.6")).toBeUndefined();
});
