import { type CellQuery, findCells } from "../results/find-cells.ts";
import {
  captureCost,
  dearerChange,
  highest,
  highestRatio,
  lowestRatio,
  quotient,
  type Runs,
  readingIn,
  type Target,
} from "./target.ts";

const foldings = (question: RegExp): CellQuery[] => [
  { part: "folding", question },
  { part: "partitions", question },
];

const everything = { part: "size", question: "all tables and indexes" } as const;
const collected = { part: "collecting", question: "views collected, batches of 100" } as const;
const p95Of =
  (question: RegExp) =>
  ({ largest }: Runs): number | undefined =>
    largest && findCells(largest, { part: "freshness", question })[0]?.spread.p95;
const underLoad = { part: "soak", question: /^series and 20 visitors, at .*views\/s$/ } as const;
const idle = { part: "soak", question: "series and 20 visitors, idle" } as const;
const big = { part: "reads", entity: "big" } as const;
const lookUps =
  "Postgres reads the rows in well under this time; the rest is the round trips, and turning rows into an answer in Node.";
const visitorDays =
  "The visitor-days of the range are read from their index, and those of who came again are added up; of a long range, the most frequent visitors of all time are walked from the top and counted one by one.";
const pendingLookUps =
  "Each pending change may be of a session that entered here and is no bounce any more, and each of the entity's own may be the first of its visitor on that date: all are looked up in indexes, one by one.";
const rowsOfChange =
  "Each change touches rows in several tables with their indexes, all over them: finding, writing and logging them is what it costs. On 10 M page views these are larger than shared_buffers, and a page is logged whole when it is changed first after a checkpoint.";
const headers =
  "Visitors come back seldom: a view brings nearly a visitor, a row of a day and a third of a session. Each row has a header of 24 bytes and names its entity and its visitor, and so does each entry of an index.";

const reads: readonly Target[] = [
  {
    what: "365 daily, 53 weekly or 13 monthly points with exact uniques and totals, big entity",
    limit: "≤ 10 ms",
    value: highest("largest", { ...big, question: /points with totals$/ }),
    bound:
      "365 rows of days, and for the exact total the returns within the range, by whole weeks and the days of two cut ones.",
    explains: /points with totals$/,
  },
  {
    what: "the series alone, in the database",
    limit: "≤ 2 ms",
    value: highest("largest", { ...big, question: /points$/, contender: "headcount_function" }),
    bound: "365 rows of days are read by their key, and grouped.",
    explains: /points with totals$/,
  },
  {
    what: "unique visitors of an odd range, big entity",
    limit: "≤ 10 ms",
    value: highest("largest", { ...big, question: /^uniques of an odd range/ }),
    bound:
      "The days of the range are summed, and the returns within it, by whole weeks and the days of two cut ones.",
    explains: /^uniques of an odd range/,
  },
  {
    what: "top 100 visitors with their latest visits, all time, big entity",
    limit: "≤ 5 ms",
    value: highest("largest", { ...big, question: "top 100 visitors, all time" }),
    bound: `A hundred index entries, and a look-up of five visits for each of them. ${lookUps}`,
    explains: /^top 100 visitors, all time/,
  },
  {
    what: "top 100 visitors, 30 days, big entity",
    limit: "≤ 60 ms",
    value: highest("largest", { ...big, question: "top 100 visitors, 30 days" }),
    bound: visitorDays,
    explains: /^top 100 visitors, 30 days/,
  },
  {
    what: "top 100 visitors, any range (90, 180, 365 days), big entity",
    limit: "≤ 100 ms",
    value: highest("largest", { ...big, question: /^top 100 visitors, (90|180|365) days/ }),
    bound: visitorDays,
    explains: /^top 100 visitors, (90|180|365) days/,
  },
  {
    what: "any of these for a typical entity",
    limit: "≤ 2 ms",
    value: highest("largest", { part: "reads", entity: "typical", question: /./ }),
    bound: lookUps,
  },
  {
    what: "any read, as a share of the other checkout's",
    limit: "≤ 1.1 ×",
    value: highestRatio({ part: "reads", question: /./ }),
    bound: lookUps,
  },
  {
    what: "latest 100 visitors, big entity",
    limit: "≤ 8 ms",
    value: highest("paired", { ...big, question: "latest 100 visitors" }),
    bound: visitorDays,
  },
  {
    what: "a page deep in the list, as a share of the first page, big entity",
    limit: "≤ 1.2 ×",
    value: quotient(
      "paired",
      { ...big, question: /^100 visitors, deep/ },
      { ...big, question: /^100 visitors, first page/ },
    ),
    bound: visitorDays,
  },
  {
    what: "on top of a series while 5,000 changes are pending, 500 of them the big entity's own",
    limit: "≤ 10 ms",
    value: highest("paired", { part: "pending", question: /points.*on top$/, entity: "big" }),
    bound: pendingLookUps,
    explains: /while changes are pending$/,
  },
  {
    what: "the same, a typical entity",
    limit: "≤ 1 ms",
    value: highest("paired", { part: "pending", question: /points.*on top$/, entity: "typical" }),
    bound: pendingLookUps,
    explains: /while changes are pending$/,
  },
  {
    what: "series and 20 visitors of the big entity under a steady load, as a share of the idle figure",
    limit: "≤ 2 ×",
    value: (runs) =>
      quotient("paired", underLoad, idle)(runs) ?? quotient("largest", underLoad, idle)(runs),
    bound: pendingLookUps,
    explains: /while changes are pending$/,
  },
];

const upkeep: readonly Target[] = [
  {
    what: "all rollups with indexes, as a share of raw with its own",
    limit: "≤ 1.1 ×",
    value: quotient("largest", everything, { ...everything, contender: "raw" }),
    bound: headers,
  },
  {
    what: "all rollups with indexes, bytes a view, fresh",
    limit: "≤ 320 bytes",
    value: highest("paired", { part: "size", question: "all rollups, fresh" }),
    bound: headers,
  },
  {
    what: "all rollups with indexes, bytes a view, after 50 % more was folded",
    limit: "≤ 400 bytes",
    value: highest("paired", { part: "size", question: /^all rollups, after/ }),
    bound: headers,
  },
  {
    what: "folding on one connection, flat or in partitions, times the other checkout's rate",
    limit: "≥ 1.5 ×",
    value: lowestRatio(...foldings(/views$/)),
    bound: rowsOfChange,
    explains: /^folding/,
  },
  {
    what: "the same, right after a checkpoint",
    limit: "≥ 1.3 ×",
    value: lowestRatio(...foldings(/checkpoint$/)),
    bound: rowsOfChange,
    explains: /^folding/,
  },
  {
    what: "WAL per folded change, as a share of the other checkout's",
    limit: "≤ 0.5 ×",
    value: highestRatio(...foldings(/views: WAL$/)),
    bound: rowsOfChange,
  },
  {
    what: "the same, right after a checkpoint",
    limit: "≤ 0.65 ×",
    value: highestRatio(...foldings(/checkpoint: WAL$/)),
    bound: rowsOfChange,
  },
  {
    what: "two folders at once, times the rate of one",
    limit: "≥ 1.7 ×",
    value: quotient(
      "paired",
      { part: "folders", question: /two folders$/ },
      { part: "folders", question: /one folder$/ },
    ),
    bound: "Both write to the same log, and wait for each other where they extend the same table.",
  },
  {
    what: "two folders at once",
    limit: "≥ 20,000 / s",
    value: highest("paired", { part: "folders", question: /two folders$/ }),
    bound: rowsOfChange,
    explains: /^folding/,
  },
  {
    what: "a change is dearer to fold at 10 M than at 1 M",
    limit: "≤ 1.5 ×",
    value: dearerChange,
    bound: "Pages of rollups that are not in memory, and deeper indexes.",
  },
  {
    what: "first reading in of 10 M page views",
    limit: "≤ 130 s",
    value: readingIn,
    bound:
      "Sorting page views by entity, visitor and date, and writing the rollups with their indexes.",
  },
  {
    what: "one more view of a visitor of 1,000 days, or of a bot with 100,000 views in one session",
    limit: "≤ 2 ms",
    value: highest("paired", { part: "extremes", question: /one more/ }),
    bound: rowsOfChange,
  },
  {
    what: "one of them deleted",
    limit: "≤ 20 ms",
    value: highest("paired", { part: "extremes", question: /deleted$/ }),
    bound: "What was the last view is looked for in page views.",
  },
  {
    what: "a committed view is in the client's answer, 95 of 100, at 2,000 views/s",
    limit: "≤ 250 ms",
    value: p95Of(/^until in the client/),
    bound: "One read, on a machine that writes and folds at the same time.",
  },
  {
    what: "a committed view is in the rollups, 95 of 100, at 2,000 views/s",
    limit: "≤ 5,000 ms",
    value: p95Of(/^until in the rollups/),
    bound: "Folding begins every second, and takes as long as the changes of that second.",
  },
  {
    what: "capture's cost on inserts",
    limit: "≤ 15 %",
    value: captureCost,
    bound:
      "One row in the queue for each view; a statement of one view pays for a trigger call as well.",
  },
  {
    what: "batches of 100 by trackPageViews, against the bare multi-row INSERT, both with capture",
    limit: "≤ 1.3 ×",
    value: quotient("largest", { ...collected, contender: "raw" }, collected),
    bound:
      "Each view is checked, its ids and its referrer are read, and the table is asked whether it is there already.",
  },
];

export const targets: readonly Target[] = [...reads, ...upkeep];
