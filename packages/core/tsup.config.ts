import { defineConfig, type Options } from "tsup";

const browserEntries = {
  "contract/index": "src/contract/index.ts",
  "present/index": "src/present/index.ts",
};

const shared = {
  target: "node22",
  // a dozen small functions, of packages that weigh 28 MB; their licence is in THIRD-PARTY-LICENSES
  noExternal: [/^date-fns/, /^@date-fns\//],
} satisfies Options;

const config: ReturnType<typeof defineConfig> = defineConfig([
  {
    entry: { index: "src/index.ts", "routes/index": "src/routes/index.ts", ...browserEntries },
    format: ["esm"],
    ...shared,
  },
  // for hosts whose tests run in jest; the client itself needs Kysely, which has ES modules only
  { entry: browserEntries, format: ["cjs"], splitting: true, ...shared },
]);

export default config;
