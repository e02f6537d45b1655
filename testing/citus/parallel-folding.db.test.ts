import { AnalyticsClient } from "@headcount/core";
import { Pool } from "pg";
import { describe, expect, test } from "vitest";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { copyIntoMirror } from "./copy-into-mirror.ts";
import { createClusterDatabase } from "./create-cluster-database.ts";
import { writeViews } from "./write-views.ts";

const ids = {
  timeZone: "UTC",
  entityId: "bigint",
  accountId: "bigint",
  sessionId: "bigint",
} as const;
const lastingMs = 8000;

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)("several that fold a cluster", () => {
  test.each([
    ["read committed", 2],
    // one writer: two of them would disturb each other
    ["repeatable read", 1],
  ])(
    "at the same time lose nothing and count nothing twice, where transactions are %s by default",
    async (isolation, hosts) => {
      await using cluster = await createClusterDatabase(ids);
      await cluster.pool.query("select run_command_on_all_nodes($1)", [
        `do $$ begin execute format('alter database %I set default_transaction_isolation = %L', current_database(), '${isolation}'); end $$`,
      ]);
      await using mirrored = await createInstalledDatabase("parallel on citus", ids);
      const { pool, url } = cluster;
      // connected after that
      const others = [1, 2].map(() => new Pool({ connectionString: url }));
      try {
        const clients = others.map((its) => new AnalyticsClient({ pool: its }));
        const [client = new AnalyticsClient({ pool })] = clients;
        const [other = pool] = others;
        const writers = Array.from({ length: hosts }, (_, nth) => writeViews(other, nth + 1));
        const ended = new AbortController();
        const untilEnded = async (work: () => Promise<unknown>): Promise<number> => {
          let times = 0;
          for (; !ended.signal.aborted; times += 1) await work();
          return times;
        };
        const errors: unknown[] = [];
        const workers = clients.map((folding) =>
          folding.startAggregating({
            intervalMs: 50,
            concurrency: 2,
            onError: (error) => errors.push(error),
          }),
        );
        const working = [
          ...clients.map((folding) => untilEnded(() => folding.aggregate({ concurrency: 2 }))),
          untilEnded(() => other.query("select headcount.fold_slices(7, 2)")),
          untilEnded(async () =>
            expect(await client.verify()).toMatchObject({ differences: 0, listed: [] }),
          ),
        ];
        const scheduled = other.query("call headcount.fold_pending_changes(50)");
        const times = await Promise.all([
          ...working,
          new Promise((resolve) => setTimeout(resolve, lastingMs)).finally(() => ended.abort()),
        ]);
        expect(Math.min(...times.slice(0, -1).map(Number))).toBeGreaterThan(0);
        for (const writer of writers) expect(await writer.stop()).toBeGreaterThan(4);
        await scheduled;
        for (const worker of workers) await worker.stop();
        expect(errors).toEqual([]);
        await client.aggregate();
        expect(await client.getStatus()).toMatchObject({
          pending_changes: 0,
          set_aside_changes: 0,
        });
        expect(await client.verify()).toMatchObject({ differences: 0, listed: [] });
        const mirror = await mirrored.pool.connect();
        try {
          await copyIntoMirror(pool, mirror);
          expect(await compareRollups(mirror)).toEqual([]);
        } finally {
          mirror.release();
        }
      } finally {
        await Promise.all(others.map((its) => its.end()));
      }
    },
    120_000,
  );
});
