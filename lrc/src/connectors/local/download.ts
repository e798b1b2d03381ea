import { ConnectorError } from "../connector-error.ts";

/** A part of a file as it arrives. */
export interface DownloadPart {
  readonly bytes: Uint8Array;
  /** How much of the file is there with this part. */
  readonly done: number;
  readonly total: number | undefined;
}

export interface Download {
  /** Where the parts begin: the offset that was asked for, or 0 when the server begins anew. */
  readonly from: number;
  readonly parts: AsyncIterable<DownloadPart>;
  /** What the server calls this version of the file; for `If-Range` later. */
  readonly tag: string | undefined;
  /** The SHA-256 that the server itself gives for the file, in hexadecimal. */
  readonly sha256: string | undefined;
}

/**
 * Begins or resumes a download. `tag` is what the server called the file when the first `offset` bytes came: when it has another one now, it begins anew.
 * Rejects with a ConnectorError.
 */
export async function startDownload(
  url: string,
  { offset, tag }: { readonly offset: number; readonly tag: string | undefined },
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<Download> {
  let response: Response;
  const resuming = offset > 0 && tag !== undefined;
  try {
    response = await fetch(url, { headers: resuming ? { range: `bytes=${offset}-`, "if-range": tag } : {}, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ConnectorError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new ConnectorError("connection", `${new URL(url).host} cannot be reached (${cause})`, { cause: error });
  }
  const already = response.status === 416 && resuming;
  if (!response.ok && !already) throw new ConnectorError("request", `${new URL(url).host} answers ${response.status} for the file`);
  const from = response.status === 206 || already ? offset : 0;
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  const total = already ? offset : Number.isFinite(length) ? from + length : undefined;
  const linked = response.headers.get("x-linked-etag")?.replaceAll('"', "");
  return {
    from,
    tag: strongTag(response.headers.get("etag")),
    sha256: linked !== undefined && /^[0-9a-f]{64}$/i.test(linked) ? linked.toLowerCase() : undefined,
    parts: already ? nothing() : partsOf(response, from, total, signal),
  };
}

/** A weak tag says that two files mean the same, not that their bytes are. */
function strongTag(tag: string | null): string | undefined {
  return tag === null || tag.startsWith("W/") ? undefined : tag;
}

async function* nothing(): AsyncGenerator<DownloadPart> {}

async function* partsOf(response: Response, from: number, total: number | undefined, signal: AbortSignal): AsyncGenerator<DownloadPart> {
  let done = from;
  try {
    for await (const bytes of response.body ?? []) {
      done += bytes.length;
      yield { bytes, done, total };
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new ConnectorError("connection", "the download broke off; say the same again and it goes on from here", { cause: error });
  }
  if (total !== undefined && done < total)
    throw new ConnectorError("connection", "the download broke off; say the same again and it goes on from here");
}
