import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { UserError } from "kit/cli";
import type { LrcContext } from "../context.ts";
import { openRepository } from "../open-repository.ts";

/** A client that does not say in this time which folders it works in works in none. */
const patienceMs = 5000;

/**
 * Where the repository of a call is: the folder that the call names, else the one that the server was started in, else the first of those that the client
 * works in which is in a repository.
 */
export async function folderOfCall(named: string | undefined, { server }: McpServer, context: LrcContext): Promise<string> {
  if (named !== undefined) return resolve(context.directory, named);
  if ((await isInRepository(context)) || server.getClientCapabilities()?.roots === undefined) return context.directory;
  const { roots } = await server.listRoots(undefined, { timeout: patienceMs }).catch(() => ({ roots: [] }));
  for (const { uri } of roots) {
    const directory = pathOf(uri);
    if (directory !== undefined && (await isInRepository({ ...context, directory }))) return directory;
  }
  return context.directory;
}

async function isInRepository(context: LrcContext): Promise<boolean> {
  try {
    await openRepository(context);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}
