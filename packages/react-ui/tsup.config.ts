import { defineConfig, type Options } from "tsup";

const shared = {
  entry: { index: "src/index.ts", "words/index": "src/words/index.ts" },
  target: "node22",
  splitting: true,
  // What pages present, without the client: bundlers of hosts then need @headcount/core for its types only.
  noExternal: ["@headcount/core"],
  esbuildOptions(options) {
    options.conditions = ["@headcount/source"];
  },
} satisfies Options;

const config: ReturnType<typeof defineConfig> = defineConfig([
  { ...shared, format: ["esm"] },
  // for hosts whose tests run in jest
  { ...shared, format: ["cjs"] },
]);

export default config;
