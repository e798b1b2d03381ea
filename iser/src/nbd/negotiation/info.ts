import { blockSizeConstraints, findExport, transmissionFlags } from "../export.ts";
import { decodeExportChoice } from "../pdu/export-choice.ts";
import { encodeBlockSizeInformation, encodeExportInformation, encodeTextInformation, InfoType } from "../pdu/export-information.ts";
import { OptionReplyType } from "../pdu/option-reply.ts";
import { type Haggling, type OptionAnswer, type OptionHandler, refuse } from "./haggling.ts";

/** NBD_OPT_INFO: what an export is like. */
export const info: OptionHandler = (haggling, data) => describe(haggling, data, false);

/** NBD_OPT_GO: the same, and transmission begins. */
export const go: OptionHandler = (haggling, data) => describe(haggling, data, true);

function describe(haggling: Haggling, data: Buffer, transmit: boolean): OptionAnswer {
  const choice = decodeExportChoice(data);
  if (choice === undefined) return refuse(OptionReplyType.invalid, "the lengths in the option do not add up");
  const exported = findExport(haggling.exports, choice.name);
  if (exported === undefined) return refuse(OptionReplyType.unknown, "no such export");
  const wanted = (type: number) => choice.informationRequests.includes(type);
  const information = [
    encodeExportInformation(exported.device.geometry.size, transmissionFlags(exported, haggling.structuredReplies)),
    // Sent unasked too: a client that does not ask may still read it, and what it then gets wrong is answered with EINVAL.
    encodeBlockSizeInformation(blockSizeConstraints(exported)),
  ];
  if (wanted(InfoType.name)) information.push(encodeTextInformation(InfoType.name, exported.name));
  if (wanted(InfoType.description) && exported.description !== undefined) {
    information.push(encodeTextInformation(InfoType.description, exported.description));
  }
  const replies = [...information.map((item) => ({ type: OptionReplyType.info, data: item })), { type: OptionReplyType.ack }];
  return transmit ? { replies, outcome: { transmit: exported, name: choice.name } } : { replies };
}
