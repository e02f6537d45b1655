import { build } from "vite";

/**
 * A module and all that it imports as one minified ES module, the way a host's bundler makes it.
 *
 * @param file its absolute path
 * @param mode in development, React checks what it is given and runs effects twice
 * @example
 * const code = await bundleModule(join(import.meta.dirname, "page.ts"));
 */
export async function bundleModule(
  file: string,
  mode: "production" | "development" = "production",
): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: "error",
    publicDir: false,
    resolve: { conditions: ["@headcount/source", "module", "browser", mode] },
    define: { "process.env.NODE_ENV": JSON.stringify(mode) },
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
