/** The file is no capture, or is damaged: a sentence that says where. */
export class CaptureError extends Error {
  override readonly name = "CaptureError";
}
