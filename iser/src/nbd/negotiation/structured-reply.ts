import { OptionReplyType } from "../pdu/option-reply.ts";
import { type OptionHandler, refuse } from "./haggling.ts";

/** NBD_OPT_STRUCTURED_REPLY: from the transmission phase on, reads are answered in chunks. */
export const structuredReply: OptionHandler = (haggling, data) => {
  if (data.length > 0) return refuse(OptionReplyType.invalid, "NBD_OPT_STRUCTURED_REPLY takes no data");
  haggling.structuredReplies = true;
  return { replies: [{ type: OptionReplyType.ack }] };
};
