import { OptionReplyType } from "../pdu/option-reply.ts";
import type { OptionHandler } from "./haggling.ts";

/** NBD_OPT_ABORT: the client leaves in good order. Data with it are ignored. */
export const abort: OptionHandler = () => ({ replies: [{ type: OptionReplyType.ack }], outcome: "abort" });
