import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIscsiUrl, parseIscsiUrl } from "./iscsi-url.ts";

const iqn = "iqn.2026-11.test:disk";

describe("iscsi:// URLs", () => {
  it("reads host, port, target and LUN", () => {
    expect(parseIscsiUrl(`iscsi://storage:3261/${iqn}/7`)).toMatchObject({ host: "storage", port: 3261, target: iqn, lun: 7 });
  });

  it("knows the default port and IPv6 in brackets", () => {
    expect(parseIscsiUrl(`iscsi://[fe80::1]/${iqn}/0`)).toMatchObject({ host: "fe80::1", port: 3260 });
    expect(parseIscsiUrl(`iscsi://[::1]:99/${iqn}/0`)).toMatchObject({ host: "::1", port: 99 });
  });

  it("knows iSER by its scheme, with options of its own", () => {
    expect(parseIscsiUrl(`iser://h/${iqn}/0`)).toMatchObject({ transport: "iser", crc: true, fpduBytes: undefined });
    expect(parseIscsiUrl(`ISER://h/${iqn}/0?crc=off&fpdu=1400&immediate=part`)).toMatchObject({
      transport: "iser",
      crc: false,
      fpduBytes: 1400,
      immediate: "part",
    });
    expect(parseIscsiUrl(`iscsi://h/${iqn}/0`)).toMatchObject({ transport: "tcp" });
  });

  it("names a portal when target and LUN are left out", () => {
    expect(parseIscsiUrl("iscsi://storage/")).toMatchObject({ host: "storage", target: undefined, lun: undefined });
  });

  it("reads user%password, and neither prints nor serialises the password", () => {
    const url = parseIscsiUrl(`iscsi://joe%twelve-chars-@h/${iqn}/1?target_user=t&target_password=other-secret`);
    expect([url.user, url.password?.reveal(), url.targetUser, url.targetPassword?.reveal()]).toEqual([
      "joe",
      "twelve-chars-",
      "t",
      "other-secret",
    ]);
    expect(`${url.password} ${JSON.stringify(url)}`).not.toMatch(/twelve|other-secret/);
  });

  it("reads the connection's options", () => {
    expect(parseIscsiUrl(`iscsi://h/${iqn}/1?header_digest=crc32c&data_digest=CRC32C&initiator=iqn.2026-11.me:x`)).toMatchObject({
      headerDigest: true,
      dataDigest: true,
      initiator: "iqn.2026-11.me:x",
    });
  });

  it.each([
    ["http://h/x", /not an address of a block device/],
    [`iscsi://h/${iqn}/0?colour=red`, /option "colour" of the URL is unknown/],
    [`iscsi://h/${iqn}/0?header_digest=md5`, /header_digest=md5 is not possible/],
    [`iscsi://h/${iqn}/0?data_digest=none&data_digest=none`, /given twice/],
    [`iscsi://h/${iqn}/0?crc=off`, /option "crc" of the URL is unknown/],
    [`iser://h/${iqn}/0?header_digest=none`, /option "header_digest" of the URL is unknown/],
    [`iser://h/${iqn}/0?crc=maybe`, /crc=maybe is not possible/],
    [`iser://h/${iqn}/0?immediate=no`, /immediate=no is not possible; it is whole or part/],
    [`iscsi://h/${iqn}/0?immediate=part`, /option "immediate" of the URL is unknown/],
    [`iser://h/${iqn}/0?fpdu=99`, /fpdu=99 is not possible; an FPDU has 1400 to 65536 bytes/],
    [`iscsi://h/${iqn}/16384`, /LUN "16384"/],
    [`iscsi://h/${iqn}/0/1`, /more than a target and a LUN/],
    [`iscsi://h:0/${iqn}/0`, /port/],
    [`iscsi://h:70000/${iqn}/0`, /port/],
    ["iscsi:///x/0", /portal/],
    [`iscsi://h/${"x".repeat(224)}/0`, /at most 223/],
    ["iscsi://h/iqn%00x/0", /the target name in the URL has a NUL/],
    [`iscsi://h/${iqn}/0?initiator=`, /the initiator name in the URL is empty/],
    [`iscsi://h/${iqn}/0?initiator=${"ä".repeat(112)}`, /the initiator name in the URL is 224 bytes long; at most 223/],
    [`iscsi://%p@h/${iqn}/0`, /the user in the URL is empty/],
    [`iscsi://u%@h/${iqn}/0`, /the password in the URL is empty/],
    [`iscsi://${"u".repeat(256)}%p@h/${iqn}/0`, /the user in the URL is 256 bytes long; at most 255/],
    [`iscsi://u%p@h/${iqn}/0?target_user=&target_password=x`, /the target_user in the URL is empty/],
    [`iscsi://u%p%@h/${iqn}/0`, /the password in the URL/],
  ])("refuses %s and says why", (text, reason) => {
    expect(() => parseIscsiUrl(text)).toThrow(reason);
  });

  it("never repeats a password in an error", () => {
    for (const text of [
      "iscsi://u%hunter22@h:x/t/0",
      "iscsi://u%a@hunter22@h:x/t/0",
      "iscsi://u%a/hunter22@h:x/t/0",
      "iscsi://u%a@b/hunter22@h/t/0",
      "iscsi://u%a@b/hunter22@h/0",
      "iscsi://u%a@b/c@h/hunter22",
      "iscsi://u%a?hunter22@h/t/0",
      "iscsi://u%a?b&hunter22@h/t/0",
      "iscsi://u%hunter22@h/t/zz",
      "iscsi://u%hunter22@[h/t/0",
      "isci://u%hunter22@h/t/0",
      "u%hunter22@h/t/0",
    ]) {
      expect(() => parseIscsiUrl(text)).toThrow(expect.not.objectContaining({ message: expect.stringContaining("hunter22") }));
    }
  });

  it.each([
    ["joe%p@ss@h", "p@ss"],
    ["joe%p/a@h", "p/a"],
    ["joe%p/a@ss@h", "p/a@ss"],
    ["joe%p@a/ss@h", "p@a/ss"],
    ["joe%p@a/b@c/@/d@h", "p@a/b@c/@/d"],
    ["joe%p@a/9@h", "p@a/9"],
    ["joe%100%25@h", "100%"],
    ["joe%%40%2F%3F@h", "@/?"],
  ])("reads a password with signs in it: %s", (authority, password) => {
    const url = parseIscsiUrl(`iscsi://${authority}/${iqn}/0`);
    expect([url.user, url.password?.reveal(), url.host, url.target]).toEqual(["joe", password, "h", iqn]);
  });

  it("reads such a password in the URL of a portal, too", () => {
    const url = parseIscsiUrl("iscsi://joe%p@a/ss@h:99");
    expect([url.user, url.password?.reveal(), url.host, url.port, url.target]).toEqual(["joe", "p@a/ss", "h", 99, undefined]);
  });

  it("says how to write a password that could be something else", () => {
    for (const text of ["iscsi://u%a@b/c@h/disk/0", "iscsi://u%a@b/c@h/0"])
      expect(() => parseIscsiUrl(text)).toThrow("in a password write %40 for an @, and %2F for a /");
  });

  it("reads a name of a target with an @ in it", () => {
    expect(parseIscsiUrl("iscsi://h:99/iqn.a:b@c/0")).toMatchObject({ user: undefined, host: "h", port: 99, target: "iqn.a:b@c" });
    expect(parseIscsiUrl("iscsi://joe%secret@h/iqn.a:b@c/0")).toMatchObject({ user: "joe", host: "h", target: "iqn.a:b@c" });
    expect(parseIscsiUrl("iscsi://joe@h/iqn.a:b@c/0")).toMatchObject({ user: "joe", host: "h", target: "iqn.a:b@c" });
    expect(parseIscsiUrl("iscsi://[fe80::1%lo]/iqn.a:b@c/0")).toMatchObject({ user: undefined, host: "fe80::1%lo", target: "iqn.a:b@c" });
  });

  it("knows the zone of an IPv6 address, written as RFC 6874 has it or plainly", () => {
    for (const host of ["[fe80::1%eth0]", "[fe80::1%25eth0]", "joe%50%25@[fe80::1%25eth0]"]) {
      expect(parseIscsiUrl(`iscsi://${host}:99/${iqn}/0`)).toMatchObject({ host: "fe80::1%eth0", port: 99, target: iqn });
    }
  });

  it("reads back what it writes", () => {
    const isName = (text: string): boolean => Buffer.byteLength(text) <= 223 && !text.includes("\0");
    const place = fc.record({
      host: fc.constantFrom("h", "10.0.0.1", "::1", "fe80::1%eth0", "a.example"),
      port: fc.integer({ min: 1, max: 65535 }),
      target: fc.oneof(fc.constant(iqn), fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 })).filter(isName),
      lun: fc.integer({ min: 0, max: 16383 }),
    });
    fc.assert(
      fc.property(place, (there) => {
        expect(parseIscsiUrl(formatIscsiUrl(there))).toMatchObject(there);
      }),
    );
  });
});
