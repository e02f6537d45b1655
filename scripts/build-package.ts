// Builds the package in whose folder it runs: JavaScript by tsup, declarations by tsc, and those of CommonJS.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commonJsEntries, readManifest } from "./package-entries.ts";

const folder = process.cwd();
// before tsup: it builds both kinds of modules at once, and would clear away one for the other
rmSync(join(folder, "dist"), { recursive: true, force: true });
run("tsup", []);
run("tsc", ["-p", "tsconfig.build.json"]);
const written = new Set<string>();
for (const { types } of commonJsEntries(readManifest(folder))) {
  writeCommonJsTypes(join(folder, types.replace(/\.d\.cts$/, "")));
}

// TypeScript takes a .d.ts of a "type": "module" package for that of an ES module, so CommonJS needs files of its own.
function writeCommonJsTypes(path: string): void {
  if (written.has(path)) return;
  written.add(path);
  const declaration = readFileSync(`${path}.d.ts`, "utf8");
  const relative = /(?<=(?:from |import\()")(\.{1,2}\/[^"]+)\.tsx?(?=")/g;
  writeFileSync(`${path}.d.cts`, declaration.replace(relative, "$1.cjs"));
  for (const [, target = ""] of declaration.matchAll(relative)) {
    writeCommonJsTypes(join(dirname(path), target));
  }
}

function run(program: string, flags: string[]): void {
  const shell = process.platform === "win32";
  const { status } = spawnSync(program, flags, { stdio: "inherit", shell });
  if (status !== 0) process.exit(1);
}
