import { build } from "vite";

/**
 * A module and all that it imports as one minified ES module, the way a host's bundler makes it.
 *
 * @param file its absolute path
 * @example
 * const code = await bundleModule(join(import.meta.dirname, "page.ts"));
 */
export async function bundleModule(file: string): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: "error",
    publicDir: false,
    resolve: { conditions: ["@headcount/source", "module", "browser", "production"] },
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: { input: file, preserveEntrySignatures: "strict" },
    },
  });
  if (!("output" in output)) throw new Error(`Vite made no bundle of ${file}.`);
  return output.output[0].code;
}
