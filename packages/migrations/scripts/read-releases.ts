import { readFileSync, writeFileSync } from "node:fs";

/**
 * The versions that were released, in their order, and the one in the making, which is added when it is not there.
 * Kysely's ledger has a name for each, so no line may ever go.
 */
export function readReleases(file: string, libraryVersion: string): string[] {
  const versions = readFileSync(file, "utf8").trim().split("\n");
  if (versions.includes(libraryVersion)) return versions;
  const all = [...versions, libraryVersion];
  writeFileSync(file, `${all.join("\n")}\n`);
  return all;
}
