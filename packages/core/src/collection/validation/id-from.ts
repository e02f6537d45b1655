import type { IdType } from "../../database/installation.ts";

/** An id that a hash stands for. */
export function idFrom(hash: Buffer, type: IdType): string {
  if (type === "bigint") return String(hash.readBigUInt64BE() >> 1n);
  // the marks of a uuid whose content is its maker's affair
  const hex = hash.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
