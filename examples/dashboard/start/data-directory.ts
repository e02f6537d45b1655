import { statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const inCheckout = join(import.meta.dirname, "..", ".data");

/** Where this example keeps its database: beside its code, where git does not look. */
export function dataDirectory(): string {
  // PostgreSQL does not run as root, and whom it runs as instead may not be let into root's own folders
  if (process.getuid?.() !== 0 || isOpenToAll(inCheckout)) return inCheckout;
  return join(tmpdir(), "headcount-dashboard");
}

function isOpenToAll(folder: string): boolean {
  const parent = dirname(folder);
  if (parent === folder) return true;
  return (statSync(parent).mode & 0o001) !== 0 && isOpenToAll(parent);
}
