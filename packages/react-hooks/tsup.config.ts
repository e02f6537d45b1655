import { defineConfig, type Options } from "tsup";

const shared = {
  entry: {
    index: "src/index.ts",
    "page-view/index": "src/page-view/index.ts",
    "queries/index": "src/queries/index.ts",
    "tracker/index": "src/tracker/index.ts",
  },
  target: "node22",
  // all entries share one context of React
  splitting: true,
  // Of the contract only what reads answers: bundlers of hosts cannot take that out of what @headcount/core has built.
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
