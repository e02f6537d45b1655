import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const dashboard = join(import.meta.dirname, "..");
const repository = join(dashboard, "..", "..");
// everything that ends up in the page
const sources = [
  "examples/dashboard/page/**/*.*",
  "examples/dashboard/format/*.ts",
  "examples/dashboard/vite.config.ts",
  "packages/react-hooks/src/**/*.ts*",
  "packages/core/src/contract/*.ts",
  "pnpm-lock.yaml",
];

/** Where the built page is. */
export const pageDirectory: string = join(dashboard, "dist");

/** Builds the page for production, unless it is built already and nothing has changed. */
export async function buildPage(): Promise<"built" | "unchanged"> {
  const stampFile = join(pageDirectory, ".built-from");
  const stamp = hashOfSources();
  if (readIfThere(stampFile) === stamp) return "unchanged";
  await build({ configFile: join(dashboard, "vite.config.ts"), logLevel: "warn" });
  mkdirSync(pageDirectory, { recursive: true });
  writeFileSync(stampFile, stamp);
  return "built";
}

function hashOfSources(): string {
  const hash = createHash("sha256");
  for (const file of globSync(sources, { cwd: repository }).toSorted()) {
    hash.update(file).update(readFileSync(join(repository, file)));
  }
  return hash.digest("hex");
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
