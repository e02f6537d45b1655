import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** What these checks read of a package.json. */
export interface Manifest {
  name: string;
  bin?: Record<string, string>;
  exports: Record<string, string | Record<string, string>>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

interface BuildConfig {
  default: { entry: Record<string, string> };
}

export function readManifest(packageFolder: string): Manifest {
  return JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as Manifest;
}

/** The import specifiers of a package's code, for example `@headcount/core/contract`. */
export function exportedSpecifiers(manifest: Manifest): string[] {
  const paths = Object.keys(manifest.exports).filter((path) => path !== "./package.json");
  return paths.map((path) => join(manifest.name, path));
}

/** The JavaScript files that a package.json promises in `exports` and `bin`. */
export function promisedFiles(manifest: Manifest): string[] {
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? [] : [target["default"] ?? ""],
  );
  return [...targets, ...Object.values(manifest.bin ?? {})];
}

/** The JavaScript files that a package's tsup.config.ts builds. */
export async function builtFiles(packageFolder: string): Promise<string[]> {
  const url = pathToFileURL(join(packageFolder, "tsup.config.ts")).href;
  const config = (await import(url)) as BuildConfig;
  return Object.keys(config.default.entry).map((name) => `./dist/${name}.js`);
}
