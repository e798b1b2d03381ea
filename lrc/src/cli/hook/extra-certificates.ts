import { readFileSync } from "node:fs";
import tls from "node:tls";

/**
 * Trusts the certificate authorities of a file (PEM) beside Node's own, as Node does for NODE_EXTRA_CA_CERTS. The hooks set that variable aside, because Node
 * reads the file before anything else, and that takes longer than everything a commit with nothing to review waits for. Here it is read with the first
 * connection that is secured, if there ever is one.
 */
export function trustExtraCertificates(file: string): void {
  const { createSecureContext } = tls;
  let certificates: readonly string[] | undefined;
  tls.createSecureContext = (options) => {
    const context = createSecureContext(options);
    certificates ??= readCertificates(file);
    const store = context.context as { addCACert?: (certificate: string) => void };
    for (const certificate of certificates) store.addCACert?.(certificate);
    return context;
  };
}

/** None where the file cannot be read: Node goes on without, too. */
function readCertificates(file: string): readonly string[] {
  try {
    return readFileSync(file, "latin1").match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  } catch {
    return [];
  }
}
