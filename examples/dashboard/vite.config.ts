import { readFileSync } from "node:fs";
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, type UserConfig } from "vite";

const page: string = join(import.meta.dirname, "page");

// Vite bundles scripts that run after the document only; this one has to run before, and may not be written into it.
const themeScript: Plugin = {
  name: "theme-script",
  transformIndexHtml: {
    order: "post",
    handler(_html, { bundle }) {
      const file = Object.values(bundle ?? {}).find(({ fileName }) =>
        /theme-.*\.js$/.test(fileName),
      );
      const src = file === undefined ? "/styles/theme.js" : `/${file.fileName}`;
      return [{ tag: "script", attrs: { src }, injectTo: "head-prepend" }];
    },
  },
  buildStart() {
    if (this.environment.mode !== "build") return;
    const source = readFileSync(join(page, "styles/theme.js"));
    this.emitFile({ type: "asset", name: "theme.js", source });
  },
};

const config: UserConfig = defineConfig({
  root: page,
  plugins: [react(), themeScript],
  resolve: {
    // the packages of this repository are read as they are written, without a build before
    conditions: ["@headcount/source", "module", "browser", "development|production"],
    // and what they leave to their hosts is the one of this app: an install without tools has no other
    dedupe: ["react", "react-dom", "@tanstack/react-query", "@headcount/react-hooks"],
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
