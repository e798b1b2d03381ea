import { findExport } from "../export.ts";
import { decodeMetaContextQuery, type MetaContextQuery } from "../pdu/meta-context-query.ts";
import { encodeMetaContext, OptionReplyType } from "../pdu/option-reply.ts";
import { allocationContext, type Haggling, type OptionAnswer, type OptionHandler, refuse } from "./haggling.ts";

/** NBD_OPT_LIST_META_CONTEXT: which contexts there are; without a query all, and "base:" stands for all of its namespace. */
export const listMetaContext: OptionHandler = (haggling, data) =>
  answer(haggling, data, 0, ({ queries }) => queries.length === 0 || queries.includes("base:") || queries.includes(allocationContext.name));

/** NBD_OPT_SET_META_CONTEXT: which contexts block status is to tell about. Replaces what was selected before, also when it fails. */
export const setMetaContext: OptionHandler = (haggling, data) => {
  haggling.allocationSelectedFor = undefined;
  return answer(haggling, data, allocationContext.id, ({ queries, exportName }) => {
    const selected = queries.includes(allocationContext.name);
    if (selected) haggling.allocationSelectedFor = exportName;
    return selected;
  });
};

function answer(haggling: Haggling, data: Buffer, id: number, matches: (query: MetaContextQuery) => boolean): OptionAnswer {
  if (!haggling.structuredReplies)
    return refuse(OptionReplyType.invalid, "metadata contexts need structured replies, which were not negotiated");
  const query = decodeMetaContextQuery(data);
  if (query === undefined) return refuse(OptionReplyType.invalid, "the lengths in the option do not add up");
  if (findExport(haggling.exports, query.exportName) === undefined) return refuse(OptionReplyType.unknown, "no such export");
  const found = matches(query) ? [{ type: OptionReplyType.metaContext, data: encodeMetaContext(id, allocationContext.name) }] : [];
  return { replies: [...found, { type: OptionReplyType.ack }] };
}
