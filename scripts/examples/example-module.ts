import { freeNames } from "./free-names.ts";

/**
 * An example as a module: one line that declares what the example uses without saying where it is from, then the
 * code.
 *
 * @param publicImports the import of every name that is public in the example's package
 */
export function exampleModule(
  code: string,
  publicImports: ReadonlyMap<string, string> = new Map(),
): string {
  const declarations = Object.entries(freeNames).map(
    ([name, type]) => [name, `declare const ${name}: ${type.replaceAll(/\s+/g, " ")};`] as const,
  );
  const needed = [...publicImports, ...declarations]
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(code) && !binds(code, name))
    .map(([, declaration]) => declaration);
  return `${needed.join(" ")}\n${code}\nexport {};\n`;
}

function binds(code: string, name: string): boolean {
  const keyword = "(?:import|const|let|using|function|class|type|interface)";
  return new RegExp(`\\b${keyword}\\b[^=(;]*\\b${name}\\b`).test(code);
}
