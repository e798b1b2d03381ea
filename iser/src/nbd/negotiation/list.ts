import { encodeListedExport, OptionReplyType } from "../pdu/option-reply.ts";
import { type OptionHandler, refuse } from "./haggling.ts";

/** NBD_OPT_LIST: the names and descriptions of all exports. */
export const list: OptionHandler = ({ exports }, data) => {
  if (data.length > 0) return refuse(OptionReplyType.invalid, "NBD_OPT_LIST takes no data");
  const listed = exports.list().map(({ name, description }) => ({
    type: OptionReplyType.server,
    data: encodeListedExport(name, description ?? ""),
  }));
  return { replies: [...listed, { type: OptionReplyType.ack }] };
};
