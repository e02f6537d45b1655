import { defineConfig } from "tsup";

const config: ReturnType<typeof defineConfig> = defineConfig({
  entry: {
    index: "src/index.ts",
    "contract/index": "src/contract/index.ts",
    "present/index": "src/present/index.ts",
  },
  format: ["esm"],
  target: "node22",
  sourcemap: true,
  clean: true,
});

export default config;
