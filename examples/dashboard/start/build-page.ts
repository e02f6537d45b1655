import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const dashboard = join(import.meta.dirname, "..");
const repository = join(dashboard, "..", "..");
const builds = join(dashboard, "dist");
const vite = fileURLToPath(new URL("bin/vite.js", import.meta.resolve("vite/package.json")));
// everything that ends up in the page
const sources = [
  "examples/dashboard/page/**/*.*",
  "examples/dashboard/vite.config.ts",
  "packages/react-{hooks,ui}/src/**/*.{ts*,css}",
  "packages/core/src/{contract,present}/*.ts",
  "pnpm-lock.yaml",
];

export interface BuiltPage {
  directory: string;
  /** False when it was there already. */
  isNew: boolean;
}

const run = promisify(execFile);

/** Builds the page for production, into a folder that is named by what it was built from; once for all who ask. */
export async function buildPage(): Promise<BuiltPage> {
  const name = hashOfSources();
  const directory = join(builds, name);
  if (existsSync(directory)) return { directory, isNew: false };
  const unfinished = join(builds, `${name}.${process.pid}.unfinished`);
  await run(process.execPath, [vite, "build", "--outDir", unfinished, "--logLevel", "warn"], {
    cwd: dashboard,
    // a test runner sets it to something else, and gets React for development
    env: { ...process.env, NODE_ENV: "production" },
  });
  moveInto(unfinished, directory);
  for (const other of readdirSync(builds)) {
    if (!other.startsWith(name)) rmSync(join(builds, other), { recursive: true, force: true });
  }
  return { directory, isNew: true };
}

function moveInto(unfinished: string, directory: string): void {
  try {
    renameSync(unfinished, directory);
  } catch (error) {
    // somebody else has built the same in the meantime
    if (!existsSync(directory)) throw error;
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function hashOfSources(): string {
  const hash = createHash("sha256");
  for (const file of globSync(sources, { cwd: repository }).toSorted()) {
    hash.update(file).update(readFileSync(join(repository, file)));
  }
  return hash.digest("hex").slice(0, 16);
}
