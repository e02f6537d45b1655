import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { readManifest } from "../package-entries.ts";

/** The import of every public name of a package; a name of several entries is that of the first. */
export function publicNames(packageFolder: string): Map<string, string> {
  const { name: packageName, exports } = readManifest(packageFolder);
  const imports = new Map<string, string>();
  for (const [path, target] of Object.entries(exports)) {
    if (typeof target === "string" || path.endsWith(".css")) continue;
    const entry = readFileSync(join(packageFolder, target["@headcount/source"] ?? ""), "utf8");
    for (const [name, binding] of exportedNames(entry)) {
      if (imports.has(name)) continue;
      imports.set(name, `import { ${binding} } from "${posix.join(packageName, path)}";`);
    }
  }
  return imports;
}

// Entries have nothing but `export { … } from` and `export type { … } from`.
function exportedNames(entry: string): (readonly [name: string, binding: string])[] {
  return [...entry.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, type = "", list = ""]) =>
    list
      .split(",")
      .map((item) => `${type}${item.trim()}`)
      .filter((binding) => binding !== type)
      .map((binding) => [binding.replace(/^.* /, ""), binding] as const),
  );
}
