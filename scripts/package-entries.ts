import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Where an entry's JavaScript and its types are. */
interface EntryFiles {
  types: string;
  default: string;
}

/** What a condition of an entry leads to: a file, or the files of ES modules and of CommonJS. */
export interface EntryTarget extends Partial<EntryFiles> {
  "@headcount/source"?: string;
  import?: EntryFiles;
  require?: EntryFiles;
}

/** What these checks read of a package.json. */
export interface Manifest {
  name: string;
  bin?: Record<string, string>;
  exports: Record<string, string | EntryTarget>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

interface Build {
  entry: Record<string, string>;
  format: ("esm" | "cjs")[];
}

interface BuildConfig {
  default: Build | Build[];
}

export function readManifest(packageFolder: string): Manifest {
  return JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as Manifest;
}

/** The import specifiers of a package's code, for example `@headcount/core/contract`. */
export function exportedSpecifiers(manifest: Manifest): string[] {
  return entriesOf(manifest).map(({ specifier }) => specifier);
}

/** The file that an import of an entry loads. */
export function moduleOf({ import: files, default: file }: EntryTarget): string {
  return files?.default ?? file ?? "";
}

/** The entries that can be required, with what is loaded then. */
export function commonJsEntries(manifest: Manifest): (EntryFiles & { specifier: string })[] {
  return entriesOf(manifest).flatMap(({ specifier, target }) =>
    target.require === undefined ? [] : [{ specifier, ...target.require }],
  );
}

/** The JavaScript files that a package.json promises in `exports` and `bin`. */
export function promisedFiles(manifest: Manifest): string[] {
  const required = commonJsEntries(manifest).map((files) => files.default);
  const imported = entriesOf(manifest).map(({ target }) => moduleOf(target));
  return [...imported, ...required, ...Object.values(manifest.bin ?? {})];
}

/** The JavaScript files that a package's tsup.config.ts builds. */
export async function builtFiles(packageFolder: string): Promise<string[]> {
  const url = pathToFileURL(join(packageFolder, "tsup.config.ts")).href;
  const config = (await import(url)) as BuildConfig;
  return [config.default].flat().flatMap(({ entry, format }) =>
    format.flatMap((name) => {
      const extension = name === "esm" ? "js" : "cjs";
      return Object.keys(entry).map((path) => `./dist/${path}.${extension}`);
    }),
  );
}

// those of code: styles and package.json are not
function entriesOf({ name, exports }: Manifest): { specifier: string; target: EntryTarget }[] {
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === "string" || path.endsWith(".css")
      ? []
      : [{ specifier: join(name, path), target }],
  );
}
