import type { RunResults } from "../results/run-results.ts";
import { type CellQuery, findCells, highestMedian, lowestMedian } from "./find-median.ts";

/** What was to be reached on the largest data set, and what decides how near one comes. */
export interface Target {
  what: string;
  limit: string;
  /** What was reached, in words; undefined when that was not measured. */
  measure: (runs: Runs) => Reached | undefined;
  /** What bounds it. */
  bound: string;
  /** Whose plans show that. */
  explains?: RegExp;
}

interface Reached {
  value: number;
  unit: string;
  met: boolean;
}

/** The largest data set, and a smaller one to compare with, when there was one. */
export interface Runs {
  largest: RunResults;
  smaller: RunResults | undefined;
}

const slowest =
  (query: CellQuery, most: number) =>
  ({ largest }: Runs): Reached | undefined => {
    const value = highestMedian(largest, query);
    return value === undefined ? undefined : { value, unit: "ms", met: value <= most };
  };

const big = { part: "reads", entity: "big" } as const;
const top100 = /^top 100 visitors, (90|180|365) days/;
const lookUps =
  "Postgres reads the rows in well under this time; the rest is the round trips, and turning rows into an answer in Node.";
const visitorDays =
  "The visitor-days of the range are read from their index, and those of who came again are added up; of a long range, the most frequent visitors of all time are walked from the top and counted one by one.";

export const targets: readonly Target[] = [
  {
    what: "365 daily, 53 weekly or 13 monthly points with exact uniques and totals, big entity",
    limit: "≤ 10 ms",
    measure: slowest({ ...big, question: /points with totals$/ }, 10),
    bound:
      "365 rows of days, and for the exact total the returns within the range, by whole weeks and the days of two cut ones.",
    explains: /points with totals$/,
  },
  {
    what: "the series alone, in the database",
    limit: "≤ 2 ms",
    measure: slowest({ ...big, question: /points$/, contender: "headcount_function" }, 2),
    bound: "365 rows of days are read by their key, and grouped.",
    explains: /points with totals$/,
  },
  {
    what: "unique visitors of an odd range, big entity",
    limit: "≤ 10 ms",
    measure: slowest({ ...big, question: /^uniques of an odd range/ }, 10),
    bound:
      "The days of the range are summed, and the returns within it, by whole weeks and the days of two cut ones.",
    explains: /^uniques of an odd range/,
  },
  {
    what: "top 100 visitors with their latest visits, all time, big entity",
    limit: "≤ 5 ms",
    measure: slowest({ ...big, question: "top 100 visitors, all time" }, 5),
    bound: `A hundred index entries, and a look-up of five visits for each of them. ${lookUps}`,
    explains: /^top 100 visitors, all time/,
  },
  {
    what: "top 100 visitors, 30 days, big entity",
    limit: "≤ 60 ms",
    measure: slowest({ ...big, question: "top 100 visitors, 30 days" }, 60),
    bound: visitorDays,
    explains: /^top 100 visitors, 30 days/,
  },
  {
    what: "top 100 visitors, any range (90, 180, 365 days), big entity",
    limit: "≤ 200 ms",
    measure: slowest({ ...big, question: top100 }, 200),
    bound: visitorDays,
    explains: top100,
  },
  {
    what: "top 100 visitors, any range, big entity: the stretch",
    limit: "≤ 100 ms",
    measure: slowest({ ...big, question: top100 }, 100),
    bound: visitorDays,
    explains: top100,
  },
  {
    what: "any of these for a typical entity",
    limit: "≤ 2 ms",
    measure: slowest({ part: "reads", entity: "typical", question: /./ }, 2),
    bound: lookUps,
  },
  {
    what: "on top of a read while 5,000 changes of all entities are pending",
    limit: "≤ 3 ms",
    measure: slowest({ part: "pending", question: /on top$/ }, 3),
    bound:
      "Each pending change may be of a session that entered here and is no bounce any more, and each of the entity's own may be the first of its visitor on that date: all are looked up in indexes, one by one. The big entity has a tenth of all changes.",
    explains: /while changes are pending$/,
  },
  {
    what: "folding new or late changes, one connection",
    limit: "≥ 20,000 / s",
    measure: ({ largest }) => {
      const value = lowestMedian(largest, { part: "folding", question: /^folding/ });
      return value === undefined ? undefined : { value, unit: "/ s", met: value >= 20_000 };
    },
    bound:
      "Each change touches about one row in each of six tables with their indexes, all over them: finding, writing and logging them is what it costs. On 10 M page views these tables are larger than shared_buffers, and a page is logged whole when it is changed first after a checkpoint.",
    explains: /^folding/,
  },
  {
    what: "a change is dearer to fold at 10 M than at 1 M",
    limit: "≤ 1.5 ×",
    measure: dearer,
    bound: "Pages of rollups that are not in memory, and deeper indexes.",
  },
  {
    what: "a committed view is in the client's answer, 95 of 100, at 2,000 views/s",
    limit: "the next read (≤ 250 ms)",
    measure: (runs) => age(runs, { question: /^until in the client/, most: 250 }),
    bound: "One read, on a machine that writes and folds at the same time.",
  },
  {
    what: "a committed view is in the rollups, 95 of 100, at 2,000 views/s",
    limit: "≤ 5 s",
    measure: (runs) => age(runs, { question: /^until in the rollups/, most: 5_000 }),
    bound: "Folding begins every second, and takes as long as the changes of that second.",
  },
  {
    what: "capture's cost on inserts",
    limit: "≤ 15 %",
    measure: captureCost,
    bound:
      "One row in the queue for each view; a statement of one view pays for a trigger call as well.",
  },
  {
    what: "batches of 100 by trackPageViews, against the bare multi-row INSERT, both with capture",
    limit: "≤ 1.3 ×",
    measure: collectingCost,
    bound:
      "Each view is checked, its ids and its referrer are read, and the table is asked whether it is there already.",
  },
  {
    what: "first rebuild of 10 M page views",
    limit: "≤ 240 s",
    measure: ({ largest }) => {
      const value = highestMedian(largest, {
        part: "setup",
        question: "from page views to the first answer",
      });
      return value === undefined || largest.size < 10_000_000
        ? undefined
        : { value, unit: "s", met: value <= 240 };
    },
    bound:
      "Sorting page views by entity, visitor and date, and writing the rollups with their indexes.",
  },
  {
    what: "size of all rollups with indexes, as a share of raw with its own",
    limit: "≤ 1.5 ×",
    measure: ({ largest }) => {
      const query = { part: "size", question: "all tables and indexes" } as const;
      const rollups = highestMedian(largest, query);
      const raw = highestMedian(largest, { ...query, contender: "raw" });
      if (rollups === undefined || raw === undefined) return undefined;
      return { value: rollups / raw, unit: "×", met: rollups / raw <= 1.5 };
    },
    bound:
      "Visitors come back seldom: a view brings nearly a visitor-day, a visitor, a row of a day or an hour, and a third of a session. Each row has a header of 24 bytes and names its entity and its visitor in 24 and 17 more, and so does each entry of its indexes: that alone is more than a page view without indexes.",
  },
];

function dearer({ largest, smaller }: Runs): Reached | undefined {
  if (smaller === undefined || largest.size < 10_000_000) return undefined;
  const query = { part: "folding", question: /^folding/ } as const;
  const rates = [lowestMedian(smaller, query), lowestMedian(largest, query)] as const;
  if (rates[0] === undefined || rates[1] === undefined) return undefined;
  const value = rates[0] / rates[1];
  return { value, unit: "×", met: value <= 1.5 };
}

function age(
  { largest }: Runs,
  { question, most }: { question: RegExp; most: number },
): Reached | undefined {
  const [cell] = findCells(largest, { part: "freshness", question });
  const p95 = cell?.spread?.p95;
  return p95 === undefined ? undefined : { value: p95, unit: "ms", met: p95 <= most };
}

function captureCost({ largest }: Runs): Reached | undefined {
  const costs = findCells(largest, { part: "writes", question: /./ }).flatMap((cell) => {
    const query = { part: "writes", question: cell.question, contender: "raw" } as const;
    const without = highestMedian(largest, query);
    return without === undefined || cell.spread === null ? [] : without / cell.spread.median - 1;
  });
  if (costs.length === 0) return undefined;
  const value = 100 * Math.max(...costs);
  return { value, unit: "%", met: value <= 15 };
}

function collectingCost({ largest }: Runs): Reached | undefined {
  const query = { part: "collecting", question: "views collected, batches of 100" } as const;
  const bare = highestMedian(largest, { ...query, contender: "raw" });
  const collected = highestMedian(largest, query);
  if (bare === undefined || collected === undefined) return undefined;
  return { value: bare / collected, unit: "×", met: bare / collected <= 1.3 };
}
