import { defineConfig } from "tsup";

const config: ReturnType<typeof defineConfig> = defineConfig({
  entry: {
    index: "src/index.ts",
    kysely: "src/kysely.ts",
    cli: "src/cli.ts",
    "testing/index": "src/testing/index.ts",
  },
  format: ["esm"],
  target: "node22",
  clean: true,
});

export default config;
