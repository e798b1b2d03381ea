/** The longest name of a target or initiator, in bytes (RFC 7143, 4.2.7.1). */
export const maxIscsiNameLength = 223;

/** What is unusual about an iSCSI name, if anything: targets in the field carry names that the RFC does not allow, so this is nothing to fail over. */
export function unusualIscsiName(name: string): string | undefined {
  if (name.startsWith("iqn.")) return /^iqn\.[a-z0-9.:-]+$/.test(name) ? undefined : "an iqn. name has a-z, 0-9, dot, colon and dash";
  if (name.startsWith("eui.")) return /^eui\.[0-9a-f]{16}$/i.test(name) ? undefined : "eui. is followed by 16 hexadecimal digits";
  if (name.startsWith("naa.")) return /^naa\.[0-9a-f]{1,32}$/i.test(name) ? undefined : "naa. is followed by up to 32 hexadecimal digits";
  return "names start with iqn., eui. or naa.";
}
