import type { Site } from "../browser/serve-site.ts";
import { createReactHost, type ReactHost } from "../react/react-host.ts";
import { servePanelSite } from "./serve-panel-site.ts";

/** The site of the panel, and the host that it asks. */
export interface PanelSite extends AsyncDisposable {
  host: ReactHost;
  site: Site;
}

/** Serves the panel's pages of a host whose listings have views, of some visitors each. */
export async function openPanelSite(hint: string): Promise<PanelSite> {
  const host = await createReactHost(hint);
  await host.database.pool.query("update analytics_settings set levels = '{type}'");
  await host.database.pool.query("select capture_levels('{type}')");
  await host.database.pool.query(
    `create or replace view headcount.analytics_accounts as
     select id as account_id, id as username, initcap(id) as display_name
     from unnest(array['ada', 'bob', 'cleo']) id`,
  );
  await host.database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at)
     select 'listing', '8', 'ada', 's-ada', now() - interval '40 days' from generate_series(1, 4)`,
  );
  await host.view("8", ["ada", "ada", "bob", "cleo", "cleo", "cleo"]);
  await host.view("7", ["ada", "ada", "bob", "cleo"]);
  await host.view("10", ["ada"]);
  await host.analytics.trackPageViews(
    [
      { account_id: "ada", referrer_url: "https://www.google.com/" },
      { account_id: "bob", referrer_url: "https://www.google.com/" },
      { account_id: "bob", referrer_url: "https://news.example/today" },
      { account_id: "cleo", utm_medium: "email", utm_campaign: "<b>autumn</b>" },
    ].map((view) => ({ entity_type: "listing", entity_id: "10", ...view })),
  );
  // one that is viewed more than on the same day of weeks before, and one that is new
  await host.database.pool.query(
    `insert into page_views (entity_type, entity_id, session_id, viewed_at)
     select 'listing', '12', 's' || n, now() - interval '1 day' - w.week * interval '7 days'
     from (values (0, 6), (1, 1), (2, 1), (3, 1), (4, 1)) w (week, visitors), generate_series(1, w.visitors) n
     union all
     select 'listing', '11', 's' || n, now() - interval '1 day' from generate_series(1, 7) n`,
  );
  const site = await servePanelSite(host.analytics);
  return {
    host,
    site,
    async [Symbol.asyncDispose]() {
      await site.close();
      await host[Symbol.asyncDispose]();
    },
  };
}
