import { defineConfig } from "tsup";

const browserEntries = {
  "contract/index": "src/contract/index.ts",
  "present/index": "src/present/index.ts",
};

const config: ReturnType<typeof defineConfig> = defineConfig([
  {
    entry: { index: "src/index.ts", "routes/index": "src/routes/index.ts", ...browserEntries },
    format: ["esm"],
    target: "node22",
    sourcemap: true,
  },
  // for hosts whose tests run in jest; the client itself needs Kysely, which has ES modules only
  { entry: browserEntries, format: ["cjs"], target: "node22", splitting: true },
]);

export default config;
