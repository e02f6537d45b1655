import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { AccessLogError } from "./access-log-error.ts";

/** Longer lines are cut: a file without line breaks must not fill the memory. Web servers end a request at 8 KiB. */
export const maxLineLength = 65_536;

/**
 * Reads a text file line by line, in bounded memory; one that gzip has packed is unpacked on the way.
 *
 * @throws {AccessLogError} when the file cannot be read, is empty, or is not text.
 */
export async function* readLogLines(file: string): AsyncGenerator<string> {
  let first = true;
  let line = "";
  let cut = false;
  try {
    for await (const chunk of textChunks(file)) {
      if (first && chunk.includes("\0")) throw notText(file);
      // some editors begin a file with a byte order mark
      const lines = (first ? chunk.replace(/^\uFEFF/, "") : chunk).split("\n");
      first = false;
      lines[0] = line + lines[0];
      line = lines.pop() ?? "";
      for (const complete of lines) {
        if (!cut) yield complete.replace(/\r$/, "").slice(0, maxLineLength);
        cut = false;
      }
      if (line.length > maxLineLength) {
        if (!cut) yield line.slice(0, maxLineLength);
        cut = true;
        line = "";
      }
    }
  } catch (error) {
    throw error instanceof AccessLogError ? error : cannotRead(file, error);
  }
  if (first) throw new AccessLogError(`The access log "${file}" is empty: name one with requests.`);
  if (line !== "" && !cut) yield line.replace(/\r$/, "");
}

/**
 * Finds out early whether {@link readLogLines} can begin.
 *
 * @throws {AccessLogError}
 */
export async function checkLogFile(file: string): Promise<void> {
  for await (const _ of readLogLines(file)) return;
}

async function* textChunks(file: string): AsyncGenerator<string> {
  const gzipped = await isGzipped(file);
  const bytes: Readable = createReadStream(file);
  // the callback is there to get errors; reading the result raises them as well
  const text: Readable = gzipped ? pipeline(bytes, createGunzip(), () => undefined) : bytes;
  yield* text.setEncoding("utf8") as AsyncIterable<string>;
}

async function isGzipped(file: string): Promise<boolean> {
  for await (const start of createReadStream(file, { end: 1 })) {
    return (start as Buffer).equals(Buffer.from([0x1f, 0x8b]));
  }
  return false;
}

function notText(file: string): AccessLogError {
  return new AccessLogError(
    `"${file}" is a binary file: give an access log in combined format, as text or packed by gzip.`,
  );
}

function cannotRead(file: string, error: unknown): AccessLogError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reasons: Record<string, string> = {
    ENOENT: "there is no such file: check the path",
    EISDIR: "it is a folder: name the file in it",
    EACCES: "you may not read it: check its permissions",
    Z_DATA_ERROR: "it is packed by gzip, and damaged",
    Z_BUF_ERROR: "it is packed by gzip, and its end is missing",
  };
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new AccessLogError(`The access log "${file}" cannot be read: ${reason}.`, {
    cause: error,
  });
}
