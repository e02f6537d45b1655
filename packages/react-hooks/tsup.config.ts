import { defineConfig } from "tsup";

const config: ReturnType<typeof defineConfig> = defineConfig({
  entry: {
    index: "src/index.ts",
    "queries/index": "src/queries/index.ts",
    "tracker/index": "src/tracker/index.ts",
  },
  format: ["esm"],
  target: "node22",
  sourcemap: true,
  clean: true,
  // Of the contract only what reads answers: bundlers of hosts cannot take that out of what @headcount/core has built.
  noExternal: ["@headcount/core"],
  esbuildOptions(options) {
    options.conditions = ["@headcount/source"];
  },
});

export default config;
