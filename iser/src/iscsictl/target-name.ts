import { maxIscsiNameLength, unusualIscsiName } from "#config";
import { wrong } from "./wrong.ts";

/**
 * Judges a target's name before it is sent anywhere: an impossible one is a UsageError, a strange one a warning, because targets in the field carry
 * names that the RFC does not allow. Returns the warning, if any.
 */
export function checkTargetName(name: string): string | undefined {
  if (name.length >= maxIscsiNameLength) {
    throw wrong(`the target name is ${name.length} characters long`, `names have fewer than ${maxIscsiNameLength} characters`);
  }
  const unusual = unusualIscsiName(name);
  return unusual === undefined ? undefined : `target name "${name}" is unusual: ${unusual}`;
}
