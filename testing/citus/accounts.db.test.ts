import { AnalyticsClient, type VisitorsQuery } from "@headcount/core";
import type { Pool } from "pg";
import { describe, expect, test } from "vitest";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { copyIntoMirror } from "./copy-into-mirror.ts";
import { createClusterDatabase } from "./create-cluster-database.ts";
import { foldCluster } from "./fold-cluster.ts";

// Names, attributes and visibility of accounts in lists and breakdowns: what one Postgres answers with the same page views and accounts.

const ids = {
  timeZone: "Europe/Berlin",
  entityId: "bigint",
  accountId: "bigint",
  sessionId: "bigint",
} as const;

const accountsTable = `
  create table accounts (
    id bigint primary key, username text, first_name text, last_name text, company text, seen text
  );
  insert into accounts
  select n, 'user' || n, case when n % 5 > 0 then 'First' || n % 7 end, case when n % 3 > 0 then 'Last%' || n end,
    case when n % 4 > 0 then 'company ' || n % 4 end,
    case n % 5 when 0 then 'private' when 1 then 'attributes' else 'named' end
  from generate_series(1, 60) n where n % 11 > 0`;

/** What hosts may do with a table of accounts in a cluster. */
const places = {
  "on the coordinator alone": "select",
  "on the coordinator, and known to Citus": "select citus_add_local_table_to_metadata('accounts')",
  "on all servers": "select create_reference_table('accounts')",
  "in shards": "select create_distributed_table('accounts', 'id')",
};

const names = `id as account_id, username, nullif(concat_ws(' ', first_name, last_name), '') as display_name, company`;

skipWithoutCluster();

async function view(pools: readonly Pool[], columns: string): Promise<void> {
  for (const pool of pools) {
    await pool.query(
      `create or replace view headcount.analytics_accounts as select ${columns} from accounts`,
    );
  }
}

describe.runIf(clusterUrl !== undefined)("accounts that a host has", () => {
  test.each(Object.entries(places))(
    "%s are listed as on one Postgres",
    async (_place, statement) => {
      await using cluster = await createClusterDatabase(ids);
      await using mirrored = await createInstalledDatabase("accounts on citus", ids);
      await mirrored.pool.query(accountsTable);
      const { pool } = cluster;
      await pool.query(accountsTable);
      await pool.query(statement);
      await pool.query(
        `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
         select 'article', n % 3, case when n % 5 > 0 then n * 7 % 70 end, n * 11 % 160, timestamptz '2026-02-02 00:00Z' + n * interval '1 hour', n % 40
         from generate_series(1, 900) n`,
      );
      await foldCluster(pool);
      const mirror = await mirrored.pool.connect();
      try {
        await copyIntoMirror(pool, mirror);
      } finally {
        mirror.release();
      }
      const pools = [pool, mirrored.pool];
      const clients = pools.map((of) => new AnalyticsClient({ pool: of }));
      const same = async (ask: (client: AnalyticsClient) => Promise<unknown>): Promise<unknown> => {
        const [onCluster, onOne] = await Promise.all(clients.map(ask));
        expect(onCluster).toEqual(onOne);
        return onOne;
      };
      const article = { entity_type: "article", entity_id: "1" };
      const dates = { date_from: "2026-02-02", date_to: "2026-03-01" };
      const everybody = async (client: AnalyticsClient, query: VisitorsQuery): Promise<unknown> => {
        const found: unknown[] = [];
        let cursor: string | undefined;
        do {
          const page = await client.getVisitors({ ...query, cursor });
          found.push(page.hidden, ...page.data);
          cursor = page.next_cursor ?? undefined;
        } while (cursor !== undefined);
        return found;
      };
      const lists: VisitorsQuery[] = [{}, dates].flatMap((range) =>
        [
          {},
          { sort: "last_visit" as const },
          { sort: "first_visit" as const, names: false },
          { kind: "account" as const },
          { kind: "anonymous" as const },
          { search: "IRST3" },
          { search: "t%1" },
          { search: "nobody" },
        ].map((choice) => ({ ...article, ...range, ...choice, limit: 7, visits_limit: 2 })),
      );
      const askAll = async (): Promise<number> => {
        for (const query of lists) await same((client) => everybody(client, query));
        for (const smallest_group of [0, 5]) {
          await same(async (client) => {
            const { freshness: _, ...answer } = await client.getBreakdown({
              ...article,
              ...dates,
              dimension: "viewer.company",
              smallest_group,
            });
            return answer;
          });
        }
        const inSql = pools.map(async (of) => {
          const { rows } = await of.query<{ rows: unknown }>(
            "select json_agg(v) as rows from headcount.get_entity_visitors('article', 1, '2026-02-03', null, 30) v",
          );
          return rows;
        });
        const [onCluster, onOne] = await Promise.all(inSql);
        expect(onCluster).toEqual(onOne);
        const { data } = await (clients[0] as AnalyticsClient).getVisitors(article);
        return data.filter(({ display_name }) => display_name !== "Anonymous").length;
      };
      // without a view of accounts, nobody has a name
      for (const client of clients) {
        expect((await client.getVisitors(article)).data[0]?.display_name).toBe("Anonymous");
      }
      for (const client of clients) {
        await expect(
          client.getBreakdown({ ...article, ...dates, dimension: "viewer.company" }),
        ).rejects.toMatchObject({ code: "dimension_not_kept" });
      }
      await view(pools, names);
      for (const of of pools) {
        await of.query("update headcount.analytics_settings set viewer_attributes = '{company}'");
      }
      expect(await askAll()).toBeGreaterThan(4);
      await view(pools, `${names}, seen as visibility`);
      expect(await askAll()).toBeGreaterThan(4);
    },
    180_000,
  );
});
