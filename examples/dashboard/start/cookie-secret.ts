import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What cookies are signed with: the same after a restart, so that nobody is signed out by one. */
export function cookieSecret(directory: string): string {
  const file = join(directory, "cookie-secret");
  try {
    return readFileSync(file, "utf8");
  } catch {
    const secret = randomBytes(32).toString("hex");
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, secret, { mode: 0o600 });
    return secret;
  }
}
