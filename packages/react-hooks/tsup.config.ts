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
});

export default config;
