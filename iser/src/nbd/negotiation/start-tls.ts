import { OptionReplyType } from "../pdu/option-reply.ts";
import { type OptionHandler, refuse } from "./haggling.ts";

/** NBD_OPT_STARTTLS: this server operates without TLS ("NOTLS mode"); a client that insists on it leaves. */
export const startTls: OptionHandler = () =>
  refuse(OptionReplyType.policy, "this server does not speak TLS; use its unix socket, or a tunnel");
