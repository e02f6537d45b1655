import type { ClientCall } from "../questions/client-call.ts";
import { clientCall } from "../questions/client-call.ts";
import type { Entity } from "../questions/question.ts";
import { readQuestions } from "../questions/read-questions.ts";
import { entityNames } from "../results/measurement.ts";
import { showProgress } from "../show-progress.ts";
import { compare, differenceOf, type Pair, timeOfCall } from "./pair.ts";
import type { Side } from "./side.ts";

interface NamedCall {
  name: string;
  callOf: (side: Side) => ClientCall;
}

/** What a host asks of the client, of three entities. */
export async function reads(pair: Pair): Promise<void> {
  for (const entity of entityNames) {
    for (const { name, callOf } of await callsOf(pair, pair.entities[entity])) {
      showProgress(`reads, ${entity} entity: ${name}`);
      const row = { part: "reads", question: name, entity, unit: "ms" } as const;
      const note = await differenceOf(pair, callOf);
      const time = (side: Side): Promise<number> => timeOfCall(side, callOf(side));
      await compare(pair, row, { time, rounds: 2 * pair.runs, note });
    }
    showProgress(`reads, ${entity} entity: done\n`);
  }
}

async function callsOf(pair: Pair, entity: Entity): Promise<NamedCall[]> {
  const { date_to } = pair.loaded;
  const common = readQuestions({ entity, date_to }).flatMap(({ name, question }) => {
    const call = clientCall(question);
    return call === undefined ? [] : { name, callOf: () => call };
  });
  const list = { ...entity, limit: 100 } as const;
  const visitors = (name: string, query: object): NamedCall => {
    return { name, callOf: () => ({ method: "getVisitors", query: { ...list, ...query } }) };
  };
  return [
    ...common,
    visitors("latest 100 visitors", { sort: "last_visit" }),
    visitors("first 100 visitors", { sort: "first_visit" }),
    visitors("100 visitors, a first name is searched for", { search: "ada" }),
    visitors("100 visitors, one username is searched for", { search: "adeyemi0" }),
    visitors("100 visitors, first page", {}),
    await deepPage(pair, { name: "100 visitors, deep in the list", query: list }),
    await deepPage(pair, {
      name: "latest 100 visitors, deep in the list",
      query: { ...list, sort: "last_visit" },
    }),
  ];
}

/** The page behind a fifth of the visitors: in a public listing, those who came once. */
async function deepPage(
  { sides, loaded }: Pair,
  {
    name,
    query,
  }: {
    name: string;
    query: Entity & Extract<ClientCall, { method: "getVisitors" }>["query"];
  },
): Promise<NamedCall> {
  const cursors = new Map<Side, string>();
  for (const side of sides) {
    const { entity_type, entity_id } = query;
    const { date_from, date_to } = loaded;
    const series = { entity_type, entity_id, date_from, date_to, period: "yearly" };
    const { answer } = await side.driver.perform({
      call: "ask",
      method: "getTimeSeries",
      query: series,
    });
    const { totals } = answer as { totals: { unique_visitors: number } };
    let cursor: string | undefined;
    for (let skipped = 0; skipped < totals.unique_visitors / 5; skipped += 1000) {
      const page = { ...query, limit: 1000, visits_limit: 0, cursor };
      const { answer: list } = await side.driver.perform({
        call: "ask",
        method: "getVisitors",
        query: page,
      });
      cursor = (list as { next_cursor: string | null }).next_cursor ?? cursor;
    }
    if (cursor !== undefined) cursors.set(side, cursor);
  }
  return {
    name,
    callOf: (side) => ({ method: "getVisitors", query: { ...query, cursor: cursors.get(side) } }),
  };
}
