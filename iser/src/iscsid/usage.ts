import { usageText } from "#manual";
import { iscsidManual } from "./manual.ts";

/** `iscsid --help`. */
export const usage = usageText(iscsidManual);
