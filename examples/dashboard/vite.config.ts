import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type UserConfig } from "vite";

const config: UserConfig = defineConfig({
  root: join(import.meta.dirname, "page"),
  plugins: [react()],
  resolve: {
    // the packages of this repository are read as they are written, without a build before
    conditions: ["@headcount/source", "module", "browser", "development|production"],
    dedupe: ["react", "react-dom", "@tanstack/react-query"],
  },
  build: {
    outDir: join(import.meta.dirname, "dist"),
    emptyOutDir: false,
    target: "baseline-widely-available",
    // the content security policy has no room for data: addresses of scripts and styles
    assetsInlineLimit: 0,
    // the polyfill is an inline script
    modulePreload: { polyfill: false },
  },
});

export default config;
