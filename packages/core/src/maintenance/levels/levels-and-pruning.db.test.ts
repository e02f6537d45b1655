import { expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";

const ada = "00000000-0000-4000-8000-00000000000a";
const bob = "00000000-0000-4000-8000-00000000000b";

test("a level is made of page views: none is added, and nothing pruned in the meantime, where they would be gone", async () => {
  await using pruned = await createInstalledDatabase("levels and pruning");
  const client = new AnalyticsClient({ pool: pruned.pool });
  await pruned.pool.query(
    `insert into page_views (entity_type, session_id, owner_id, viewed_at)
     select t.type, md5('session ' || n % 7)::uuid, t.owner_id, timestamptz '2025-01-01 00:00+00' + n * interval '1 day'
     from generate_series(1, 60) n, (values ('home', $1::uuid), ('sold', $2)) t (type, owner_id)`,
    [ada, bob],
  );
  const stop = new AbortController();
  const stopped = client.addLevel("owner", { signal: stop.signal, onProgress: () => stop.abort() });
  await expect(stopped).rejects.toMatchObject({ code: "aborted" });
  await expect(client.pruneRaw({ keepDays: 35 })).rejects.toThrow(
    /level is being added.*levels add owner/s,
  );
  await client.addLevel("owner");
  expect(await client.pruneRaw({ keepDays: 35 })).toMatchObject({ pruned_views: 120 });
  expect((await client.getStatus()).retention).toMatchObject({ sealed_views: 120 });
  await expect(client.addLevel("site")).rejects.toMatchObject({ code: "sealed" });

  // what Ada has by now was Bob's then, and was viewed as often as what she had
  await pruned.pool.query("insert into page_views (entity_type, owner_id) values ('sold', $1)", [
    ada,
  ]);
  const then = { date_from: "2025-01-01", date_to: "2025-06-30" };
  const tops = client.getTopEntities({ level: "owner", owner_id: ada, ...then });
  await expect(tops).rejects.toMatchObject({ code: "sealed" });
  await pruned.pool.query("delete from page_views");

  expect((await client.verify()).differences).toBe(0);
  await client.removeLevel("owner");
  expect((await client.verify()).differences).toBe(0);
  const { rows } = await pruned.pool.query(
    "select from analytics_days where entity_type not in ('home', 'sold')",
  );
  expect(rows).toEqual([]);
});
