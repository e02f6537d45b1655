import { deepStrictEqual } from "node:assert";
import type { Bench } from "../bench.ts";
import type { Answer, Entity } from "../questions/question.ts";
import { type NamedQuestion, ownerQuestions, readQuestions } from "../questions/read-questions.ts";
import { type EntityName, entityNames } from "../results/measurement.ts";
import { showProgress } from "../show-progress.ts";
import { spreadOf } from "../timing/spread.ts";
import { takeTurns } from "../timing/take-turns.ts";
import { explainQuestion } from "./explain-question.ts";

// What takes longer is told, and not asked again: with 66 calls, one contender's bad plan would fill half an hour.
const longestMs = 5_000;

/** Asks everybody the same, and takes the time once all have given the same answer. */
export async function reads(bench: Bench): Promise<void> {
  await roundTrip(bench);
  const many = await typicalEntities(bench);
  await nameCompanies(bench);
  for (const entity of entityNames) {
    const asked = { entity: bench.entities[entity], date_to: bench.loaded.date_to };
    const questions = [...readQuestions(asked), ...ownerQuestions({ ...asked, many })];
    for (const question of questions) {
      showProgress(`reads, ${entity} entity: ${question.name}`);
      await compare(bench, { ...question, about: entity });
    }
    showProgress(`reads, ${entity} entity: done\n`);
  }
  await keepBreakdowns(bench);
}

// The same questions of the same entity, once its breakdowns are kept.
async function keepBreakdowns(bench: Bench): Promise<void> {
  const { client, pool, installation, record } = bench;
  const { schema } = installation;
  const entity = bench.entities.big;
  const { duration_ms } = await client.addBreakdowns(entity);
  const { rows } = await pool.query<{ bytes: string }>(
    `select sum(pg_total_relation_size(c.oid)) as bytes from pg_class c
     where c.relnamespace = $1::regnamespace and c.relname like 'analytics\\_breakdown%' and c.relkind = 'r'`,
    [schema],
  );
  const cell = { part: "reads", entity: "big", contender: "headcount" } as const;
  const question = "keeping breakdowns";
  record({ ...cell, question, unit: "s", spread: spreadOf([duration_ms / 1000]) });
  record({ ...cell, question, unit: "MB", spread: spreadOf([Number(rows[0]?.bytes) / 1e6]) });
  await pool.query(`vacuum analyze ${schema}.analytics_breakdown_days`);
  const asked = { entity, date_to: bench.loaded.date_to, many: [] };
  for (const { name, ...kept } of ownerQuestions(asked)) {
    if (kept.question.kind !== "sources") continue;
    showProgress(`reads, big entity: ${name}, kept`);
    await compare(bench, { ...kept, name: `${name}, kept`, about: "big" });
  }
  await client.removeBreakdowns(entity);
  showProgress("reads, kept breakdowns: done\n");
}

// A view of the host's own that knows of each account one of twelve companies.
async function nameCompanies({ pool, installation: { schema } }: Bench): Promise<void> {
  await pool.query(`
    create table companies as
    select distinct v.account_id, 'company ' || 1 + abs(hashtextextended(v.account_id::text, 0) % 12) as company
    from page_views v
    where v.account_id is not null;
    alter table companies add primary key (account_id);
    create or replace view ${schema}.analytics_accounts with (security_invoker) as
    select c.account_id, null::text as username, null::text as display_name, c.company from companies c;
    update ${schema}.analytics_settings set viewer_attributes = '{company}'`);
  await pool.query("vacuum analyze companies");
}

// Fifty that have about as many views as the typical one.
async function typicalEntities({ pool, loaded }: Bench): Promise<Entity[]> {
  const { rows } = await pool.query<Entity>(
    `with views as (select entity_type, entity_id, count(*) as count from page_views group by 1, 2)
     select v.entity_type, v.entity_id::text as entity_id
     from views v join views t on t.entity_type = $1 and t.entity_id = $2
     order by abs(v.count - t.count), v.entity_id
     limit 50`,
    [loaded.typicalEntity.entity_type, loaded.typicalEntity.entity_id],
  );
  return rows;
}

// What nothing can be faster than: asking the server for no row of any table.
async function roundTrip({ pool, runs, record }: Bench): Promise<void> {
  const runners = [{ name: "limit", run: () => pool.query("select 1") }] as const;
  const cell = { part: "reads", question: "select 1", entity: null, unit: "ms" } as const;
  for (const [contender, spread] of await takeTurns({ runners, rounds: 10 * runs, warm: true })) {
    record({ ...cell, contender, spread });
  }
}

async function compare(
  bench: Bench,
  { name, question, about }: NamedQuestion & { about: EntityName },
): Promise<void> {
  const cell = { part: "reads", question: name, entity: about, unit: "ms" } as const;
  const runners = [];
  let expected: Answer | undefined;
  for (const contender of bench.contenders) {
    const run = contender.asks(question);
    if (run === undefined) continue;
    const startedAt = performance.now();
    const answer = await run();
    const ms = performance.now() - startedAt;
    expected ??= answer;
    if (contender.isInexact?.(question) === true) {
      const note = `${percentOff(answer, expected)} off`;
      bench.record({ ...cell, contender: contender.name, spread: null, note });
      continue;
    }
    deepStrictEqual(answer, expected, `${contender.name} gives another answer: ${name}, ${about}`);
    if (ms > longestMs) {
      bench.record({ ...cell, contender: contender.name, spread: spreadOf([ms]), note: "once" });
      continue;
    }
    runners.push({ name: contender.name, run });
  }
  for (const [contender, spread] of await takeTurns({ runners, rounds: bench.runs, warm: true })) {
    bench.record({ ...cell, contender, spread });
  }
  if (about === "big") await explainQuestion(bench, { name, question });
}

/** By how much its unique visitors are too many or too few, added up. */
function percentOff(answer: Answer, expected: Answer): string {
  const visitors = (rows: Answer): number =>
    rows.reduce((sum, row) => sum + ("unique_visitors" in row ? row.unique_visitors : 0), 0);
  const percent = (100 * visitors(answer)) / visitors(expected) - 100;
  return `${percent < 0 ? "−" : "+"}${Math.abs(percent).toFixed(1)} %`;
}
