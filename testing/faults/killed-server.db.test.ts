import { setTimeout } from "node:timers/promises";
import { AnalyticsClient } from "@headcount/core";
import { expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { findPostgresBinaries } from "../postgres/postgres-binaries.ts";
import { scaled } from "./fault-scale.ts";
import { findAggregatingBackend } from "./find-aggregating-backend.ts";
import { findDifferences } from "./find-differences.ts";
import { addRandomViews, createRandomViews } from "./host-writes.ts";
import { openHostPool } from "./open-host-pool.ts";
import { type CrashableServer, startCrashableServer } from "./start-crashable-server.ts";
import { withClient } from "./with-client.ts";

const kills = scaled(5);
const editLatest =
  "update page_views set time_on_page = 7 where id in (select id from page_views order by id desc limit 20 for update)";

test.runIf(findPostgresBinaries(18))(
  `a server that is killed ${kills} times while it folds loses no view that it had taken, and counts none twice`,
  { timeout: 900_000 },
  async () => {
    await using server = await startCrashableServer();
    const database = await createInstalledDatabase("killed", { serverUrl: server.url });
    await createRandomViews(database.pool);
    await database.pool.end();

    const path = new URL(database.url).pathname;
    const taken: string[] = [];
    let killed = 0;
    for (let round = 0; killed < kills; round++) {
      await using host = connectTo(server, path);
      const writers = Array.from({ length: 3 }, (_, nth) =>
        withClient(host, async (client) => {
          for (let view = 0; ; view++) {
            const label = `round ${round}, writer ${nth}, view ${view}`;
            await client.query(
              "insert into page_views (entity_type, session_id, viewed_at, referrer_url) values ('article', gen_random_uuid(), '2026-02-03 12:00+00', $1)",
              [label],
            );
            taken.push(label);
            if (nth === 2) await client.query(editLatest);
          }
        }).catch((error: unknown) => error),
      );
      await addRandomViews(host, 4000);
      const folding = new AnalyticsClient({ pool: host }).aggregate().then(
        () => "done",
        (error: unknown) => error,
      );
      await findAggregatingBackend(host, "host", folding);
      await setTimeout(Math.random() * 100);
      await server.kill();
      const outcome = await folding;
      expect(["done", expect.objectContaining({ code: "database" })]).toContainEqual(outcome);
      await Promise.all(writers);
      await server.startAgain();
      if (outcome !== "done") killed += 1;

      await using again = connectTo(server, path);
      expect(await compareRollups(again)).toEqual([]);
      const { rows } = await again.query(
        "select label from unnest($1::text[]) label except select referrer_url from page_views",
        [taken],
      );
      expect(rows).toEqual([]);
      expect(await findDifferences(again)).toEqual([]);
    }
    expect(taken.length).toBeGreaterThan(kills);
  },
);

function connectTo(server: CrashableServer, pathname: string): ReturnType<typeof openHostPool> {
  const url = new URL(server.url);
  url.pathname = pathname;
  return openHostPool(url.href, { application_name: "host" });
}
