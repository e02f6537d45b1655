// Fails when packages/migrations/src/generated is not what its generator makes of the SQL files.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const folder = join(root, "packages/migrations/src/generated");

const before = readGenerated();
execFileSync("pnpm", ["--filter", "@headcount/migrations", "run", "generate"], {
  cwd: root,
  stdio: ["ignore", "ignore", "inherit"],
  shell: process.platform === "win32",
});
const after = readGenerated();

const stale = [...new Set([...before.keys(), ...after.keys()])].filter(
  (file) => before.get(file) !== after.get(file),
);
if (stale.length > 0) {
  const files = stale.map((file) => `packages/migrations/src/generated/${file}`).join(", ");
  process.stderr.write(`Out of date, now regenerated: ${files}. Commit the new text.\n`);
  process.exitCode = 1;
}

function readGenerated(): Map<string, string> {
  return new Map(
    readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]),
  );
}
