import { ConnectorError } from "../connector-error.ts";

/** More than the longest answer with all that a model thinks before it, each word in an event of its own. */
const mostBytes = 16 * 1024 * 1024;
/** An event of a stream is a line, and a line is read whole. */
const mostBytesOfLine = 2 * 1024 * 1024;
/** Enough of a refusal to read its reason. */
const mostBytesOfRefusal = 64 * 1024;

/**
 * A response that ends. What has no line ends or no end at all would otherwise fill the memory until its time is over: an answer that is too long fails, of
 * a refusal the beginning is kept.
 */
export function boundedResponse(response: Response): Response {
  if (response.body === null) return response;
  let left = response.ok ? mostBytes : mostBytesOfRefusal;
  let line = 0;
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) {
        controller.close();
        return;
      }
      const lineEnd = value.lastIndexOf(0x0a);
      line = lineEnd < 0 ? line + value.length : value.length - lineEnd - 1;
      if (value.length <= left && line <= mostBytesOfLine) {
        left -= value.length;
        controller.enqueue(value);
        return;
      }
      await reader.cancel();
      if (response.ok) throw new ConnectorError("answer", "the answer has no end");
      controller.enqueue(value.subarray(0, left));
      controller.close();
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}
