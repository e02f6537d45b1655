import { AnalyticsClient } from "@headcount/core";
import * as fc from "fast-check";
import type { ClientBase } from "pg";
import { describe, expect, inject, test } from "vitest";
import type { Command, History } from "../histories/history.ts";
import { historyArbitrary } from "../histories/history-arbitrary.ts";
import { idOf } from "../histories/id-of.ts";
import { type Installation, installations } from "../histories/installation.ts";
import { runCommand } from "../histories/run-command.ts";
import { askOracle } from "../oracle/ask-oracle.ts";
import { compareClient } from "../oracle/compare-client.ts";
import { compareReadFunctions } from "../oracle/compare-read-functions.ts";
import { compareRollups } from "../oracle/compare-rollups.ts";
import { forgetHistory, readHistoryStep } from "../oracle/read-history-step.ts";
import { rebuildSteps } from "../oracle/rebuild-steps.ts";
import { createSlicedDatabase } from "./create-sliced-database.ts";
import { foldAllSessions, foldEntities, foldSessions, foldSlices } from "./fold-slices.ts";
import { inEachSlice, inSlice, verifySlices } from "./in-slices.ts";

// Sessions view entities of all slices, and each slice folds for itself: in any order, and with anything between.

const histories = Number(process.env["HEADCOUNT_HISTORIES"] ?? 60);
const seed = Number(process.env["HEADCOUNT_HISTORIES_SEED"] ?? Math.trunc(Math.random() * 2 ** 31));

const servers = inject("postgresServers");
const cases = [1, 4].flatMap((slices) =>
  installations.slice(0, 4).map((installation, nth) => {
    const { major, url } = servers[nth % servers.length] ?? {};
    return { ...installation, slices, major, serverUrl: url ?? inject("postgresUrl"), nth };
  }),
);
const numRuns = Math.ceil(histories / 4 / cases.length);

// What a host does to page views; of the rest, a slice has folding and reading in.
const ofPageViews = new Set<Command["kind"]>([
  "add",
  "add and remove in one transaction",
  "add and roll back",
  "set time on page",
  "move in time",
  "move to entity",
  "move to session",
  "move to visitor",
  "log in",
  "edit what does not count",
  "remove",
]);

async function runInSlices(
  client: ClientBase,
  { slices, ...installation }: Installation & { slices: number },
  command: Command,
): Promise<void> {
  if (ofPageViews.has(command.kind)) return runCommand(client, installation, command);
  if (command.kind === "fold everything") return foldSlices(client, slices, command.limit);
  if (command.kind === "fold") {
    await foldEntities(client, command.limit % slices, command.limit);
  }
  if (command.kind === "fold slots") {
    for (let nth = 0; nth < command.slots; nth += 1) {
      const slice = (command.limit + nth) % slices;
      if (nth % 3 === 0) await foldEntities(client, slice, command.limit);
      else await foldSessions(client, slice, command.limit);
    }
  }
  if (command.kind === "rebuild") {
    const { from, to, step_limit } = command;
    // not all of them: what one reads in is right whatever is stored in others
    for (let slice = (step_limit ?? 0) % slices; slice < slices; slice += 1) {
      await inSlice<unknown>(client, slice, () =>
        step_limit === null
          ? client.query("select aggregate_page_views($1, $2)", [from, to])
          : rebuildSteps(client, { from, to, stepLimit: step_limit }),
      );
    }
  }
  if (command.kind === "read history in")
    await readHistoryIn(client, { slices, ...installation }, command);
}

/** Some slices have read it in, and fold, while others are at it, and views come and go. */
async function readHistoryIn(
  client: ClientBase,
  { slices, ...installation }: Installation & { slices: number },
  { step_limit, selection, views }: Command & { kind: "read history in" },
): Promise<void> {
  for (let slice = 0; slice < slices; slice += 1) {
    await inSlice(client, slice, () => forgetHistory(client));
  }
  for (const table of ["outgoing_changes", "session_changes", "outgoing_entries"]) {
    await inEachSlice(client, slices, `delete from ${table}`);
  }
  const complete = new Set<number>();
  for (let nth = 0; complete.size < slices; nth += 1) {
    const slice = nth % slices;
    for (let step = 0; step <= slice && !complete.has(slice); step += 1) {
      if (await inSlice(client, slice, () => readHistoryStep(client, step_limit)))
        complete.add(slice);
    }
    if (nth === 1) await runCommand(client, installation, { kind: "remove", selection });
    if (nth === 2) await runCommand(client, installation, { kind: "add", views });
    for (const one of complete) {
      await foldEntities(client, one, 3);
      await foldSessions(client, one, 3);
    }
  }
}

describe(`with HEADCOUNT_HISTORIES_SEED=${seed}`, () => {
  test.concurrent.for(cases)(
    `after ${numRuns} histories in $slices slices in $timeZone with $entityId, $accountId and $sessionId ids on PostgreSQL $major, every rollup and answer is the oracle's`,
    { timeout: 60_000 + 20_000 * numRuns },
    async (installation) => {
      const { slices } = installation;
      await using database = await createSlicedDatabase(installation);
      const { pool } = database;
      const client = await pool.connect();
      const answers = async ({ questions }: History): Promise<unknown[]> => {
        const found: unknown[] = [];
        for (const { entity, level: _level, owner: _owner, ...asked } of questions) {
          const question = { ...asked, entity_id: idOf(installation.entityId, entity) };
          const { rows } = await client.query<{ slice: number }>(
            `select headcount.slice_of_entity($1) as slice`,
            [question.entity_id],
          );
          const schema = `slice_${rows[0]?.slice ?? 0}`;
          const oracle = await askOracle(client, question);
          await client.query(`set search_path to public, ${schema}, oracle`);
          found.push(...(await compareReadFunctions(client, question, oracle)));
          await client.query("reset search_path");
          found.push(
            ...(await compareClient(new AnalyticsClient({ pool, schema }), question, oracle)),
          );
        }
        return found;
      };
      const holds = fc.asyncProperty(historyArbitrary(installation), async (history) => {
        await client.query("rollback; delete from page_views");
        await foldSlices(client, slices);
        for (const command of history.commands) {
          await runInSlices(client, installation, command);
          if (command.kind !== "compare") continue;
          expect(await verifySlices(client, slices)).toEqual([]);
          // sessions may be behind entities, and entities behind page views
          await foldAllSessions(client, slices);
          expect(await compareRollups(client)).toEqual([]);
          expect(await verifySlices(client, slices)).toEqual([]);
        }
        await foldSlices(client, slices);
        expect(await compareRollups(client)).toEqual([]);
        expect(await verifySlices(client, slices)).toEqual([]);
        expect(await answers(history)).toEqual([]);
      });
      try {
        await fc.assert(holds, { numRuns, seed: seed + installation.nth, endOnFailure: true });
      } finally {
        client.release();
      }
    },
  );
});
