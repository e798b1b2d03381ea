import { usageText } from "../manual/index.ts";
import { iscsidManual } from "./manual.ts";

/** `iscsid --help`. */
export const usage = usageText(iscsidManual);
