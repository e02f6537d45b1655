/** Why a body cannot be read, as an HTTP status. */
export class UnreadableBody extends Error {
  override readonly name = "UnreadableBody";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What browsers let a page send when it is left. */
const maxBytes = 65_536;

// A Blob of JSON, a text, and bytes of no type: what sendBeacon and fetch send JSON as.
const readableTypes = /^(|text\/plain|application\/(json|octet-stream|[\w.+-]+\+json))$/;

/**
 * The JSON in the body of a request, without ever holding more than 64 kB of it.
 *
 * @throws {UnreadableBody} 400, 413 or 415
 */
export async function readBody(request: Request): Promise<unknown> {
  const [type = ""] = (request.headers.get("content-type") ?? "").toLowerCase().split(";");
  if (!readableTypes.test(type.trim()) || isEncoded(request)) {
    throw new UnreadableBody(415, "The body is not plain JSON: send it as application/json.");
  }
  const bytes = await readBytes(request);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new UnreadableBody(400, "The body is not JSON: send an object with messages.");
  }
}

function isEncoded(request: Request): boolean {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  return encoding.toLowerCase() !== "identity";
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const tooLarge = new UnreadableBody(413, `The body is too large: send up to ${maxBytes} bytes.`);
  if (Number(request.headers.get("content-length")) > maxBytes) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      // Leaving the loop cancels the stream: what is still to come is not received.
      if (size > maxBytes) throw tooLarge;
      chunks.push(chunk);
    }
  } catch (error) {
    if (error === tooLarge) throw error;
    throw new UnreadableBody(400, "The body ended before it was complete: send it again.");
  }
  return Buffer.concat(chunks);
}
