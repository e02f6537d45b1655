import { build, type Plugin } from "vite";

export interface BundleOptions {
  /**
   * In development, React checks what it is given and runs effects twice.
   *
   * @default "production"
   */
  mode?: "production" | "development";
  /** What stays an import; nothing by default. */
  external?: (string | RegExp)[];
  /** What the host imports of the module; all of it by default. */
  names?: string[];
}

/**
 * A module and all that it imports as one minified ES module, the way a host's bundler makes it.
 *
 * @param file its absolute path
 * @example
 * const code = await bundleModule(join(import.meta.dirname, "page.ts"));
 */
export async function bundleModule(file: string, options: BundleOptions = {}): Promise<string> {
  const { mode = "production", external = [], names } = options;
  const output = await build({
    configFile: false,
    logLevel: "error",
    publicDir: false,
    resolve: { conditions: ["@headcount/source", "module", "browser", mode] },
    // test runners set NODE_ENV to something else, and Vite then calls React's JSX for development
    oxc: { jsx: { runtime: "automatic", development: mode === "development" } },
    define: { "process.env.NODE_ENV": JSON.stringify(mode) },
    plugins: names === undefined ? [] : [hostOf(file, names)],
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: {
        input: names === undefined ? file : host,
        preserveEntrySignatures: "strict",
        external,
      },
    },
  });
  if (!("output" in output)) throw new Error(`Vite made no bundle of ${file}.`);
  return output.output[0].code;
}

const host = "\0host";

function hostOf(file: string, names: string[]): Plugin {
  return {
    name: "host",
    resolveId: (id) => (id === host ? id : undefined),
    load: (id) =>
      id === host ? `export { ${names.join(", ")} } from ${JSON.stringify(file)};` : undefined,
  };
}
