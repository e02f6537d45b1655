import { createHash, randomBytes } from "node:crypto";
import type { LoggedRequest } from "./parse-combined-line.ts";

/**
 * Makes the function that tells clients apart by address and user agent without keeping either. Its salt is
 * random and never stored, so nobody can later find out whose hash it was by trying all addresses.
 *
 * @returns the first 128 bits of a SHA-256, in hexadecimal
 */
export function clientHasher(): (request: Pick<LoggedRequest, "address" | "userAgent">) => string {
  const salt = randomBytes(32);
  return ({ address, userAgent }) =>
    createHash("sha256").update(salt).update(`${address}\n${userAgent}`).digest("hex").slice(0, 32);
}
