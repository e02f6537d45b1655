import { setTimeout } from "node:timers/promises";
import { AnalyticsClient } from "@headcount/core";
import { Client, type PoolClient } from "pg";
import { expect, test } from "vitest";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { scaled } from "./fault-scale.ts";
import { findAggregatingBackend } from "./find-aggregating-backend.ts";
import { findDifferences } from "./find-differences.ts";
import { addRandomViews, createRandomViews } from "./host-writes.ts";
import { openHostPool } from "./open-host-pool.ts";

const losses = scaled(10);

test(`a client whose connection breaks in the middle of a fold, ${losses} times, gets the error, and its next call goes on`, {
  timeout: 900_000,
}, async () => {
  await using database = await createInstalledDatabase("lost connection");
  const { pool, url } = database;
  await createRandomViews(pool);
  await using folders = openHostPool(url, { application_name: "folder" });
  let lent: PoolClient | undefined;
  folders.on("acquire", (client) => {
    lent = client;
  });
  const analytics = new AnalyticsClient({ pool: folders });
  for (let failed = 0; failed < losses; ) {
    await addRandomViews(pool, 1000);
    const call = analytics.aggregate();
    const outcome = call.then(
      () => "done",
      (error: unknown) => error,
    );
    await findAggregatingBackend(pool, "folder", call);
    await setTimeout(Math.random() * 40);
    breakConnection(lent);
    const ended = await outcome;
    if (ended === "done") continue;
    expect(ended).toMatchObject({ name: "AnalyticsError", code: "database" });
    failed += 1;
  }
  expect(await findDifferences(folders)).toEqual([]);
});

test("a statement whose client is gone before it ends folds or does not, but never half", {
  timeout: 900_000,
}, async () => {
  await using database = await createInstalledDatabase("client gone");
  const { pool, url } = database;
  await createRandomViews(pool);
  for (let loss = 0; loss < losses; loss++) {
    await addRandomViews(pool, 1000);
    const client = new Client({ connectionString: url, application_name: "cron" });
    client.on("error", () => undefined);
    await client.connect();
    const call = client.query("select fold_page_view_changes()").catch((error: unknown) => error);
    await findAggregatingBackend(pool, "cron", call);
    breakConnection(client);
    await call;
  }
  expect(await findDifferences(pool)).toEqual([]);
});

function breakConnection(client: Pick<Client, "connection"> | undefined): void {
  client?.connection.stream.destroy();
}
