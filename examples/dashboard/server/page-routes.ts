import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { type Context, Hono } from "hono";
import type { Pool } from "pg";
import { findPage } from "../host/pages.ts";
import type { AppEnvironment } from "./app-environment.ts";

export interface PageRoutesOptions {
  pool: Pool;
  /** Where the built page is. */
  pageDirectory: string;
}

const forever = "public, max-age=31536000, immutable";

/** The built page: its files, whose names change with their contents, and one document for every address. */
export function pageRoutes({ pool, pageDirectory }: PageRoutesOptions): Hono<AppEnvironment> {
  const routes = new Hono<AppEnvironment>();
  const document = readFileSync(join(pageDirectory, "index.html"), "utf8");

  // what a visitor of a page sees without being signed in
  routes.get("/api/pages/:entity_type/:entity_id", async (c) => {
    const page = await findPage(pool, c.req.param());
    if (page === undefined) return notFound(c);
    const { entity_type, entity_id, title } = page;
    return c.json({ entity_type, entity_id, title });
  });
  routes.all("/api/*", notFound);

  const files = serveStatic({
    root: pageDirectory,
    onFound: (_path, c) => c.header("Cache-Control", forever),
  });
  routes.get("/assets/*", files);
  routes.get("/assets/*", (c) => c.text("There is no such file.", 404));
  routes.get("*", (c) => {
    c.header("Cache-Control", "no-cache");
    return c.html(document);
  });
  return routes;
}

function notFound(c: Context): Response {
  return c.json({ error: { code: "not_found", message: "There is no such page." } }, 404);
}
