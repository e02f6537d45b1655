import { AnalyticsClient } from "@headcount/core";
import * as fc from "fast-check";
import { describe, expect, inject, test } from "vitest";
import { askOracle } from "../oracle/ask-oracle.ts";
import { compareBreakdowns } from "../oracle/compare-breakdowns.ts";
import { compareClient } from "../oracle/compare-client.ts";
import { compareOwnerQuestions } from "../oracle/compare-owner-questions.ts";
import { compareQuestions } from "../oracle/compare-questions.ts";
import { compareReadFunctions } from "../oracle/compare-read-functions.ts";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../oracle/create-installed-database.ts";
import { foldEverything } from "../oracle/fold-everything.ts";
import { refreshOracle, storeOracle } from "../oracle/store-oracle.ts";
import { verifyRollups } from "../oracle/verify-rollups.ts";
import { askOfGroup } from "./ask-of-group.ts";
import { countLevels } from "./count-levels.ts";
import type { History } from "./history.ts";
import { historyArbitrary } from "./history-arbitrary.ts";
import { idOf } from "./id-of.ts";
import { installations } from "./installation.ts";
import { logRandomIds } from "./prune-in-history.ts";
import { installRowTrigger } from "./row-trigger.ts";
import { runCommand } from "./run-command.ts";
import { keepBreakdowns } from "./switch-breakdowns.ts";
import { compareMilestones, forgetMilestones, watchMilestones } from "./watch-milestones.ts";

const histories = Number(process.env["HEADCOUNT_HISTORIES"] ?? 60);
const seed = Number(process.env["HEADCOUNT_HISTORIES_SEED"] ?? Math.trunc(Math.random() * 2 ** 31));
// Three of four views come from somewhere, by one of two channels, and two of three are known by their device.
const factsInTurn = `
  insert into analytics_sources (channel, source) values ('direct', null), ('referral', 'a'), ('referral', 'b');
  insert into analytics_devices (device) values ('mobile'), ('desktop');
  create sequence source_in_turn;
  create sequence device_in_turn;
  alter table page_views alter source_no set default nullif(nextval('source_in_turn') % 4, 0);
  alter table page_views alter device_no set default nullif(nextval('device_in_turn') % 3, 0)`;

if (!Number.isSafeInteger(histories) || histories < 1 || !Number.isSafeInteger(seed)) {
  throw new RangeError(
    `HEADCOUNT_HISTORIES must be a whole number of at least 1, and HEADCOUNT_HISTORIES_SEED a whole number; they are ${histories} and ${seed}.`,
  );
}
const numRuns = Math.ceil(histories / installations.length);

// every server under test gets its share of them
const servers = inject("postgresServers");
const cases = installations.map((installation, nth) => {
  const { major, url } = servers[nth % servers.length] ?? {};
  return { ...installation, major, serverUrl: url ?? inject("postgresUrl"), nth };
});

describe(`with HEADCOUNT_HISTORIES_SEED=${seed}`, () => {
  test.concurrent.for(cases)(
    `after ${numRuns} histories in $timeZone with $entityId, $accountId and $sessionId ids on PostgreSQL $major, every rollup and answer is the oracle's`,
    { timeout: 60_000 + 20_000 * numRuns },
    async (installation) => {
      await using database = await createInstalledDatabase("histories", installation);
      await installRowTrigger(database.pool);
      await watchMilestones(database.pool);
      await database.pool.query(factsInTurn);
      await logRandomIds(database.pool);
      await storeOracle(database.pool);
      const analytics = new AnalyticsClient({ pool: database.pool });
      const client = await database.pool.connect();
      const differences = async ({ questions }: History): Promise<unknown[]> => {
        await refreshOracle(client);
        const found: unknown[] = await compareRollups(client);
        found.push(...(await verifyRollups(client)));
        found.push(...(await compareMilestones(client)));
        for (const { entity, level, owner, ...asked } of questions) {
          const question = { ...asked, entity_id: idOf(installation.entityId, entity) };
          const group = await askOfGroup(client, installation, { ...question, level, owner });
          if (group !== null) {
            const oracle = await askOracle(client, group);
            found.push(...(await compareReadFunctions(client, group, oracle)));
            found.push(...(await compareClient(analytics, group, oracle)));
            found.push(...(await compareOwnerQuestions(client, analytics, group)));
          }
          const oracle = await askOracle(client, question);
          found.push(...(await compareReadFunctions(client, question, oracle)));
          found.push(...(await compareClient(analytics, question, oracle)));
          found.push(...(await compareQuestions(client, analytics, question)));
          found.push(...(await compareBreakdowns(client, question)));
        }
        return found;
      };
      const holds = fc.asyncProperty(historyArbitrary(installation), async (history) => {
        await client.query(
          "rollback; truncate page_views, oracle.pruned_page_views restart identity",
        );
        await forgetMilestones(client);
        await countLevels(client, history.levels);
        await keepBreakdowns(client, installation, history);
        for (const command of history.commands) {
          await runCommand(client, installation, command);
          if (command.kind !== "compare") continue;
          expect(await differences(history)).toEqual([]);
        }
        await foldEverything(client);
        expect(await differences(history)).toEqual([]);
      });
      try {
        await fc.assert(holds, { numRuns, seed: seed + installation.nth, endOnFailure: true });
      } finally {
        client.release();
      }
    },
  );
});
