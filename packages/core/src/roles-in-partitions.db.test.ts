import { migrate } from "@headcount/migrations";
import { expect, test } from "vitest";
import { createDocumentedRoles } from "../../../testing/documented-roles.ts";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { AnalyticsClient } from "./analytics-client.ts";

test("where page views are in partitions, who collects, folds and prunes needs no more than is documented for it", async () => {
  await using installed = await createTestDatabase("roles in partitions");
  await using roles = createDocumentedRoles(installed);
  await migrate({ pool: installed.pool, partition: "monthly" });
  const writer = await roles.connectAs("headcount_writer");
  const collecting = new AnalyticsClient({ pool: writer });
  const view = { id: crypto.randomUUID(), entity_type: "home", entity_id: null };
  for (let sent = 0; sent < 2; sent++) await collecting.trackPageView(view);
  expect(await collecting.recordTimeOnPage({ page_view_id: view.id, seconds: 20 })).toMatchObject({
    accepted: 1,
  });

  const { rows } = await installed.pool.query<{ drop: string }>(
    `update headcount.collected_page_views set collected_at = now() - interval '8 days'
     returning (select 'drop table ' || string_agg(i.inhrelid::regclass::text, ', ') from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = 'page_views'::regclass and pg_relation_size(c.oid) = 0 and c.relname ~ '\\d$') as drop`,
  );
  await installed.pool.query(rows[0]?.drop ?? "");
  const owning = new AnalyticsClient({ pool: installed.pool });
  expect((await owning.getStatus()).partitions?.faults).toHaveLength(1);
  const folder = await roles.connectAs("headcount_folder");
  await new AnalyticsClient({ pool: folder }).aggregate();
  expect((await owning.getStatus()).partitions?.faults).toEqual([]);
  expect((await installed.pool.query("select from headcount.collected_page_views")).rowCount).toBe(
    0,
  );
  await installed.pool.query(
    "drop table page_views_before; select headcount.make_partition('before', null, date_trunc('month', now()) - interval '3 months', false)",
  );
  const eraser = await roles.connectAs("headcount_eraser");
  const pruned = await new AnalyticsClient({ pool: eraser }).pruneRaw({
    keepDays: 35,
    detach: true,
  });
  expect(pruned.detached).toMatchObject([{ table: "public.page_views_before" }]);
  await expect(
    folder.query("select headcount.detach_partition('page_views_default')"),
  ).rejects.toMatchObject({ code: "42501" });
});
