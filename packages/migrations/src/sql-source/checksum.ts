import { createHash } from "node:crypto";
import type { SqlPart } from "./sql-source.ts";

/** SHA-256, in hex. */
export function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function checksumOfParts(parts: readonly Pick<SqlPart, "sql">[]): string {
  return checksum(parts.map(({ sql }) => sql).join("\n"));
}
