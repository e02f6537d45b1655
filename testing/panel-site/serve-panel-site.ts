import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnalyticsClient } from "@headcount/core";
import { createAnalyticsRoutes } from "@headcount/core/routes";
import { bundleModule } from "../browser/bundle-module.ts";
import { type Site, serveSite } from "../browser/serve-site.ts";

const styles = join(import.meta.dirname, "../../packages/react-ui/src/styles.css");

/** Serves a page with components of @headcount/react-ui and nothing else, and the routes that they ask. */
export async function servePanelSite(analytics: AnalyticsClient): Promise<Site> {
  const script = await bundleModule(join(import.meta.dirname, "page.tsx"));
  const routes = createAnalyticsRoutes(analytics, {
    authorize: () => undefined,
    authorizeEntities: () => undefined,
    authorizeSite: () => undefined,
  });
  const css = readFileSync(styles, "utf8");
  return serveSite((request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/api/analytics/")) return routes(request);
    if (pathname === "/page.js") return answer(script, "text/javascript");
    if (pathname === "/styles.css") return answer(css, "text/css");
    return answer(page, "text/html");
  });
}

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Stats</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>html { background: Canvas }</style>
<link rel="stylesheet" href="/styles.css"><script type="module" src="/page.js"></script></html>`;

function answer(body: string, type: string): Response {
  return new Response(body, { headers: { "content-type": `${type}; charset=utf-8` } });
}
