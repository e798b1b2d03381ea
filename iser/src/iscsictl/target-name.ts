import { UsageError } from "kit/cli";

/** The longest name of a target or initiator, in bytes (RFC 7143, 4.2.7.1). */
const maxNameLength = 223;

/**
 * Judges a target's name before it is sent anywhere: an impossible one is a UsageError, a strange one a warning, because targets in the field carry
 * names that the RFC does not allow. Returns the warning, if any.
 */
export function checkTargetName(name: string, exitCode: number): string | undefined {
  if (name.length >= maxNameLength) {
    throw new UsageError(`the target name is ${name.length} characters long`, {
      nextStep: `names have fewer than ${maxNameLength} characters`,
      exitCode,
    });
  }
  if (name.startsWith("iqn."))
    return /^iqn\.[a-z0-9.:-]+$/.test(name) ? undefined : unusual(name, "an iqn. name has a-z, 0-9, dot, colon and dash");
  if (name.startsWith("eui."))
    return /^eui\.[0-9a-f]{16}$/i.test(name) ? undefined : unusual(name, "eui. is followed by 16 hexadecimal digits");
  if (name.startsWith("naa."))
    return /^naa\.[0-9a-f]{1,32}$/i.test(name) ? undefined : unusual(name, "naa. is followed by up to 32 hexadecimal digits");
  return unusual(name, "names start with iqn., eui. or naa.");
}

function unusual(name: string, rule: string): string {
  return `target name "${name}" is unusual: ${rule}`;
}
