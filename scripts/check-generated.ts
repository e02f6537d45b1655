// Fails when what is generated from the SQL files is not what its generator makes of them.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const folders = ["packages/migrations/src/generated", "packages/core/src/generated"];
const others = ["packages/migrations/releases.txt", "docs/what-is-stored.md"];

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
  process.stderr.write(`Out of date, now regenerated: ${stale.join(", ")}. Commit the new text.\n`);
  process.exitCode = 1;
}

function readGenerated(): Map<string, string> {
  const files = [
    ...folders.flatMap((folder) =>
      readdirSync(join(root, folder)).map((file) => `${folder}/${file}`),
    ),
    ...others,
  ];
  return new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
}
