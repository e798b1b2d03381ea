import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** A certificate and what it takes to serve with it, as PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority of a test's own, with the certificate of one server: X.509 (RFC 5280) written by hand, signed with ECDSA over P-256. */
export function certificateAuthority(host: string): { readonly authority: string; readonly server: Certified } {
  const authority = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const server = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    authority: certificateFor("Authority of a test", authority.publicKey, authority.privateKey, [
      extension("551d13", sequence(boolean), true), // basicConstraints: cA
    ]),
    server: {
      certificate: certificateFor(host, server.publicKey, authority.privateKey, [
        extension("551d11", sequence(der(0x82, Buffer.from(host)))), // subjectAltName: dNSName
      ]),
      key: server.privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    },
  };
}

const boolean = Buffer.from([0x01, 0x01, 0xff]);
const ecdsaWithSha256 = sequence(objectId("2a8648ce3d040302"));
let serial = 1;

function certificateFor(subject: string, publicKey: KeyObject, issuerKey: KeyObject, extensions: readonly Buffer[]): string {
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.from([serial++])),
    ecdsaWithSha256,
    nameOf("Authority of a test"),
    sequence(time("20200101000000Z"), time("20991231235959Z")),
    nameOf(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", tbs, issuerKey)]));
  const body = sequence(tbs, ecdsaWithSha256, signature)
    .toString("base64")
    .match(/.{1,64}/g)!;
  return ["-----BEGIN CERTIFICATE-----", ...body, "-----END CERTIFICATE-----", ""].join("\n");
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(objectId("550403"), der(0x0c, Buffer.from(commonName)))));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean] : []), der(0x04, value));
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function time(text: string): Buffer {
  return der(0x18, Buffer.from(text));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
