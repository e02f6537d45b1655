import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

/** Makes the folder of a package importable by its name in a project. */
export function linkDependency(project: string, name: string, packageFolder: string): void {
  const path = join(project, "node_modules", name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(packageFolder, path);
}
