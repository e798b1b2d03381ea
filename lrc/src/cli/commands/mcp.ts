import { buildCommand } from "@stricli/core";
import type { LrcContext } from "../context.ts";

export const mcpCommand = buildCommand<object, [], LrcContext>({
  docs: {
    brief: "Serve reviews to an agent (Model Context Protocol over stdio)",
    fullDescription: [
      "Speaks the Model Context Protocol on stdin and stdout, until stdin ends, about the repository it is started in, that a call names, or that the",
      "client works in. Tools: review_staged, review_range, explain_finding, dismiss, apply, query.",
      "",
      '  claude mcp add lrc -- lrc mcp        or in a configuration: {"command": "lrc", "args": ["mcp"]}',
    ].join("\n"),
  },
  parameters: {},
  async func() {
    const { serveMcp } = await import("../mcp/serve-mcp.ts");
    await serveMcp(this);
  },
});
