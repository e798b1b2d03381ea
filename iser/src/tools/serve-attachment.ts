import { buildCommand } from "@stricli/core";
import type { AttachmentOrder } from "./attach/attachment.ts";
import { serveAttachment } from "./attach/keeper.ts";
import type { ProgramContext } from "./context.ts";

/** What `iser attach` leaves running: takes its order from its input. Not for people, so no help names it. */
export const serveAttachmentCommand = buildCommand<object, [], ProgramContext>({
  docs: { brief: "Serve a device that iser attach has made" },
  parameters: {},
  async func() {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.stdin) pieces.push(piece);
    await serveAttachment(JSON.parse(Buffer.concat(pieces).toString("utf8")) as AttachmentOrder, this);
  },
});
