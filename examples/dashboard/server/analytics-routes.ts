import type { AnalyticsClient } from "@headcount/core";
import { createAnalyticsRoutes } from "@headcount/core/routes";
import { Hono } from "hono";
import type { Pool } from "pg";
import type { User } from "../host/accounts.ts";
import { findPage } from "../host/pages.ts";
import { reportError } from "./answer-error.ts";
import type { AppEnvironment } from "./app-environment.ts";
import { requireOwnPage, requirePro, requireSelf, withinPlan } from "./check-access.ts";
import { limitByAddress } from "./limit-by-address.ts";
import { requireUser } from "./session.ts";

export interface AnalyticsRoutesOptions {
  analytics: AnalyticsClient;
  /** Of the app's own tables: who owns what. */
  pool: Pool;
}

/** What the hooks and the tracker of @headcount/react-hooks ask for. Who may see what is decided here. */
export function analyticsRoutes({ analytics, pool }: AnalyticsRoutesOptions): Hono<AppEnvironment> {
  const answer = createAnalyticsRoutes<User | undefined>(analytics, {
    async authorize({ question, query, context, ...dates }) {
      const user = requireUser(context);
      await requireOwnPage(pool, user, query);
      if (question === "visitors" || question === "digest")
        requirePro(user, "Who viewed this page");
      if (question === "visitors" || question === "digest" || question === "live") return query;
      // how many came in the 28 days up to a date is a number of that date
      const isRolling = question === "rolling-visitors";
      const earliest_date = (isRolling ? query.date_from : undefined) ?? dates.earliest_date;
      return withinPlan(user, { query, ...dates, earliest_date });
    },
    authorizeOwner({ question, query, context, ...dates }) {
      const user = requireUser(context);
      requireSelf(user, query.owner_id);
      if (question === "visitors" || question === "digest")
        requirePro(user, "Who viewed your pages");
      if (question === "visitors" || question === "digest" || question === "live") return query;
      return withinPlan(user, { query, ...dates });
    },
    async authorizeEntities({ question, query, context, ...dates }) {
      const user = requireUser(context);
      for (const entity of query.entities) await requireOwnPage(pool, user, entity);
      return question === "live" ? query : withinPlan(user, { query, ...dates });
    },
    // whether what is shown is current: it says nothing about anybody
    authorizeStatus: ({ context }) => requireUser(context),
    // A real app would say it by owner_account_id as well, so that owners do not count themselves. In this
    // example the owner is the only one there is to view a page, and wants to see it counted.
    collect: ({ context }) => ({
      account_id: context?.id,
      owner_id: async (entity) => (await findPage(pool, entity))?.owner_id ?? null,
    }),
    onError: reportError,
  });
  const routes = new Hono<AppEnvironment>();
  routes.use("/collect", limitByAddress);
  routes.all("/:name", (c) => answer(c.req.raw, c.get("user")));
  return routes;
}
