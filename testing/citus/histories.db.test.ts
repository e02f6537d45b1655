import { AnalyticsClient } from "@headcount/core";
import * as fc from "fast-check";
import type { ClientBase } from "pg";
import { describe, expect, test } from "vitest";
import type { Command, History } from "../histories/history.ts";
import { historyArbitrary } from "../histories/history-arbitrary.ts";
import { idOf } from "../histories/id-of.ts";
import { type Installation, installations } from "../histories/installation.ts";
import { runCommand } from "../histories/run-command.ts";
import { askOracle } from "../oracle/ask-oracle.ts";
import { compareClient } from "../oracle/compare-client.ts";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { clusterUrl, skipWithoutCluster } from "./cluster-url.ts";
import { compareBreakdownsOf } from "./compare-breakdowns-of.ts";
import { copyIntoMirror } from "./copy-into-mirror.ts";
import { createClusterDatabase } from "./create-cluster-database.ts";
import { foldAllSessions, foldCluster, foldSlice, slicesOf } from "./fold-cluster.ts";

// Histories of testing/histories on a cluster: what it stores is put into one Postgres, and compared with the oracle there.

const histories = Number(process.env["HEADCOUNT_HISTORIES"] ?? 60);
const seed = Number(process.env["HEADCOUNT_HISTORIES_SEED"] ?? Math.trunc(Math.random() * 2 ** 31));

// Shards of sessions lie beside those of entities where ids are of one type.
const cases = installations
  .slice(0, 4)
  .map((installation, nth) => ({ ...installation, sessionId: installation.entityId, nth }));
const numRuns = Math.ceil(histories / 4 / cases.length);

// Three of four views come from somewhere, by one of two channels, and two of three are known by their device.
const facts = `
  insert into headcount.analytics_sources (channel, source) values ('direct', null), ('referral', 'a'), ('referral', 'b');
  insert into headcount.analytics_devices (device) values ('mobile'), ('desktop')`;
const knowFacts =
  "update page_views set source_no = nullif(id % 4, 0)::integer, device_no = nullif(id % 3, 0)::integer";

// What a host may do to page views that Citus spreads by their entity, and all of them have one.
const ofPageViews = new Set<Command["kind"]>([
  "add",
  "add and remove in one transaction",
  "add and roll back",
  "set time on page",
  "move in time",
  "move to session",
  "move to visitor",
  "log in",
  "edit what does not count",
  "remove",
]);

function withEntities(command: Command): Command {
  if (!("views" in command)) return command;
  return {
    ...command,
    views: command.views.map((view) => ({ ...view, entity: view.entity ?? 2 })),
  };
}

async function runOnCluster(
  client: ClientBase,
  installation: Installation,
  command: Command,
): Promise<void> {
  if (ofPageViews.has(command.kind)) {
    return runCommand(client, installation, withEntities(command));
  }
  if (command.kind === "fold everything") return foldCluster(client, command.limit);
  const slices = await slicesOf(client);
  const sliceOf = (number: number): number => slices[number % slices.length] ?? 0;
  if (command.kind === "fold") {
    await foldSlice(client, sliceOf(command.limit), "entities", command.limit);
  }
  if (command.kind === "fold slots") {
    for (let nth = 0; nth < command.slots; nth += 1) {
      const step = (["entities", "fetch", "sessions"] as const)[nth % 3] ?? "entities";
      await foldSlice(client, sliceOf(command.limit + nth), step, command.limit);
    }
  }
}

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)(`with HEADCOUNT_HISTORIES_SEED=${seed}`, () => {
  test.for(cases)(
    `after ${numRuns} histories on Citus in $timeZone with $entityId and $accountId ids, every rollup and answer is the oracle's`,
    { timeout: 60_000 + 60_000 * numRuns },
    async (installation) => {
      await using database = await createClusterDatabase(installation);
      await using mirrored = await createInstalledDatabase("citus", installation);
      const { pool } = database;
      const client = await pool.connect();
      const mirror = await mirrored.pool.connect();
      for (const of of [pool, mirrored.pool]) await of.query(facts);
      const analytics = new AnalyticsClient({ pool });
      const inMirror = new AnalyticsClient({ pool: mirrored.pool });
      const differences = async (): Promise<unknown[]> => {
        await copyIntoMirror(client, mirror);
        return compareRollups(mirror);
      };
      const answers = async ({ questions }: History): Promise<unknown[]> => {
        const found: unknown[] = [];
        for (const { entity, level: _level, owner: _owner, ...asked } of questions) {
          const question = { ...asked, entity_id: idOf(installation.entityId, entity ?? 2) };
          const oracle = await askOracle(mirror, question);
          found.push(...(await compareClient(analytics, question, oracle)));
          found.push(...(await compareBreakdownsOf(analytics, inMirror, question)));
        }
        return found;
      };
      const holds = fc.asyncProperty(historyArbitrary(installation), async (history) => {
        await client.query("rollback; delete from page_views");
        await foldCluster(client);
        for (const command of history.commands) {
          await runOnCluster(client, installation, command);
          if (command.kind !== "compare") continue;
          // of what is on its way, no slice makes a difference
          expect((await analytics.verify()).listed).toEqual([]);
          // sessions may be behind entities, and entities behind page views
          await foldAllSessions(client);
          expect(await differences()).toEqual([]);
        }
        await client.query(knowFacts);
        await foldCluster(client);
        expect(await differences()).toEqual([]);
        expect(await answers(history)).toEqual([]);
      });
      try {
        await fc.assert(holds, { numRuns, seed: seed + installation.nth, endOnFailure: true });
      } finally {
        client.release();
        mirror.release();
      }
    },
  );
});
