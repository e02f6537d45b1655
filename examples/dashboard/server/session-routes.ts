import { AnalyticsError } from "@headcount/core/contract";
import { Hono } from "hono";
import type { Pool } from "pg";
import { findUser } from "../host/accounts.ts";
import { demoUsers } from "../host/demo-users.ts";
import { pagesOf } from "../host/pages.ts";
import type { AppEnvironment } from "./app-environment.ts";
import { endSession, startSession } from "./session.ts";
import type { SessionAnswer } from "./session-answer.ts";

/** Who is signed in, and what is theirs. Signing in takes no password: this is an example of analytics. */
export function sessionRoutes({ pool }: { pool: Pool }): Hono<AppEnvironment> {
  const routes = new Hono<AppEnvironment>();

  routes.get("/", async (c) => {
    const user = c.get("user");
    const pages = user === undefined ? [] : await pagesOf(pool, user.id);
    const answer: SessionAnswer = {
      user: user ?? null,
      pages: pages.map(({ entity_type, entity_id, title }) => ({ entity_type, entity_id, title })),
      demo_users: demoUsers.map(({ id, first_name, last_name, role, about }) => ({
        id,
        name: `${first_name} ${last_name}`,
        role,
        about,
      })),
    };
    return c.json(answer);
  });

  routes.post("/", async (c) => {
    const body: unknown = await c.req.json().catch(() => undefined);
    const id: unknown = Reflect.get(Object(body), "user_id");
    const known = demoUsers.find((user) => user.id === id);
    const user = known === undefined ? undefined : await findUser(pool, known.id);
    if (user === undefined) {
      const message = "user_id names nobody: give the id of one of the demo users.";
      throw new AnalyticsError("invalid_input", message, { field: "user_id" });
    }
    await startSession(c, pool, user);
    return c.body(null, 204);
  });

  routes.delete("/", async (c) => {
    await endSession(c, pool);
    return c.body(null, 204);
  });

  return routes;
}
