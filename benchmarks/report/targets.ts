import { type CellQuery, findCells } from "../results/find-cells.ts";
import { levelTargets } from "./level-targets.ts";
import { ownerPageTargets } from "./owner-page-targets.ts";
import { pruningTargets } from "./pruning-targets.ts";
import {
  atTenMillion,
  captureCost,
  dearerChange,
  highest,
  quotient,
  type Runs,
  ratio,
  type TargetGroup,
} from "./target.ts";

const big = { part: "reads", entity: "big" } as const;
const typical = { part: "reads", entity: "typical" } as const;
const onTop = { part: "pending", question: /points.*on top$/ } as const;
const idle = { part: "soak", question: "series and 20 visitors, idle" } as const;
const loaded = { part: "soak", question: /^series and 20 visitors, at .*views\/s$/ } as const;
const everything = { part: "size", question: "all tables and indexes" } as const;
const collected = { part: "collecting", question: "views collected, batches of 100" } as const;
const extreme = (question: RegExp) => highest("paired", { part: "extremes", question });
const folders = (question: RegExp): CellQuery => ({ part: "folders", question });
const foldings = (question: RegExp): CellQuery[] => [
  { part: "folding", question },
  { part: "partitions", question },
];
const p95Of =
  (question: RegExp) =>
  ({ largest }: Runs): number | undefined =>
    largest && findCells(largest, { part: "freshness", question })[0]?.spread.p95;

/** What is to be reached on the largest data set, and what decides how near one comes. */
export const targetGroups: readonly TargetGroup[] = [
  {
    targets: [
      [
        "365 daily, 53 weekly or 13 monthly points with exact uniques and totals, big entity",
        "≤ 10 ms",
        highest("largest", { ...big, question: /points with totals$/ }),
      ],
      [
        "the series alone, in the database",
        "≤ 2 ms",
        highest("largest", { ...big, question: /points$/, contender: "headcount_function" }),
      ],
      [
        "unique visitors of an odd range, big entity",
        "≤ 10 ms",
        highest("largest", { ...big, question: /^uniques of an odd range/ }),
      ],
    ],
    bound:
      "365 rows of days are read by their key, and for the exact total the returns within the range, by whole weeks and the days of two cut ones.",
    explains: /points with totals$|^uniques of an odd range, \d+ days$/,
  },
  {
    targets: [
      [
        "top 100 visitors with their latest visits, all time, big entity",
        "≤ 5 ms",
        highest("largest", { ...big, question: "top 100 visitors, all time" }),
      ],
      [
        "top 100 visitors, 30 days, big entity",
        "≤ 60 ms",
        highest("largest", { ...big, question: "top 100 visitors, 30 days" }),
      ],
      [
        "top 100 visitors, any range (90, 180, 365 days), big entity",
        "≤ 100 ms",
        highest("largest", { ...big, question: /^top 100 visitors, (90|180|365) days/ }),
      ],
      [
        "latest 100 visitors, big entity",
        "≤ 8 ms",
        highest("paired", { ...big, question: "latest 100 visitors" }),
      ],
      [
        "a page deep in the list, as a share of the first page, big entity",
        "≤ 1.2 ×",
        quotient(
          "paired",
          { ...big, question: /^100 visitors, deep/ },
          { ...big, question: /^100 visitors, first page/ },
        ),
      ],
    ],
    bound:
      "Five visits are looked up for each of a hundred visitors. The visitor-days of a range are read from their index, and those of who came again are added up; of a long range, the most frequent visitors of all time are walked from the top and counted one by one.",
    explains: /^top 100 visitors, (all time|\d+ days)$/,
  },
  ownerPageTargets,
  {
    targets: [
      [
        "any of these for a typical entity",
        "≤ 2 ms",
        highest("largest", {
          ...typical,
          question: /^(?!totals of|a whole page|digest of|who is there now, at|top 20 entities)/,
        }),
      ],
      [
        "any read, as a share of the other checkout's",
        "≤ 1.1 ×",
        ratio("highest", { part: "reads", question: /./ }),
      ],
    ],
    bound:
      "Postgres reads the rows in well under this time; the rest is the round trips, and turning rows into an answer in Node.",
  },
  {
    targets: [
      [
        "on top of a series while 5,000 changes are pending, 500 of them the big entity's own",
        "≤ 10 ms",
        highest("paired", { ...onTop, entity: "big" }),
      ],
      ["the same, a typical entity", "≤ 1 ms", highest("paired", { ...onTop, entity: "typical" })],
      [
        "series and 20 visitors of the big entity under a steady load, as a share of the idle figure",
        "≤ 2 ×",
        (runs) => quotient("paired", loaded, idle)(runs) ?? quotient("largest", loaded, idle)(runs),
      ],
    ],
    bound:
      "Each pending change may be of a session that entered here and is no bounce any more, and each of the entity's own may be the first of its visitor on that date: all are looked up in indexes, one by one.",
    explains: /while changes are pending$/,
  },
  {
    targets: [
      [
        "all rollups with indexes, as a share of raw with its own",
        "≤ 1.1 ×",
        quotient("largest", everything, { ...everything, contender: "raw" }),
      ],
      [
        "all rollups with indexes, bytes a view, fresh",
        "≤ 320 bytes",
        highest("paired", { part: "size", question: "all rollups, fresh" }),
      ],
      [
        "all rollups with indexes, bytes a view, after 50 % more was folded",
        "≤ 400 bytes",
        highest("paired", { part: "size", question: /^all rollups, after/ }),
      ],
    ],
    bound:
      "Visitors come back seldom: a view brings nearly a visitor, a row of a day and a third of a session. Each row has a header of 24 bytes and names its entity and its visitor, and so does each entry of an index.",
  },
  {
    targets: [
      [
        "folding on one connection, flat or in partitions, times the other checkout's rate",
        "≥ 1.5 ×",
        ratio("lowest", ...foldings(/views$/)),
      ],
      [
        "the same, right after a checkpoint",
        "≥ 1.3 ×",
        ratio("lowest", ...foldings(/checkpoint$/)),
      ],
      [
        "WAL per folded change, as a share of the other checkout's",
        "≤ 0.5 ×",
        ratio("highest", ...foldings(/views: WAL$/)),
      ],
      [
        "the same, right after a checkpoint",
        "≤ 0.65 ×",
        ratio("highest", ...foldings(/checkpoint: WAL$/)),
      ],
      ["two folders at once", "≥ 20,000 / s", highest("paired", folders(/two folders$/))],
      [
        "two folders at once, times the rate of one",
        "≥ 1.7 ×",
        quotient("paired", folders(/two folders$/), folders(/one folder$/)),
      ],
      ["a change is dearer to fold at 10 M than at 1 M", "≤ 1.5 ×", atTenMillion(dearerChange)],
      [
        "first reading in of 10 M page views",
        "≤ 130 s",
        atTenMillion(highest("largest", { part: "setup", question: /first answer$/ })),
      ],
      [
        "one more view of a visitor of 1,000 days, or of a bot with 100,000 views in one session",
        "≤ 2 ms",
        extreme(/one more/),
      ],
      ["one of them deleted", "≤ 20 ms", extreme(/deleted$/)],
    ],
    bound:
      "Each change touches rows in several tables with their indexes, all over them: finding, writing and logging them is what it costs. On 10 M page views these are larger than shared_buffers, and a page is logged whole when it is changed first after a checkpoint.",
    explains: /^folding/,
  },
  levelTargets,
  {
    targets: [
      [
        "a committed view is in the client's answer, 95 of 100, at 2,000 views/s",
        "≤ 250 ms",
        p95Of(/^until in the client/),
      ],
      [
        "a committed view is in the rollups, 95 of 100, at 2,000 views/s",
        "≤ 5,000 ms",
        p95Of(/^until in the rollups/),
      ],
    ],
    bound:
      "One read, on a machine that writes and folds at the same time. Folding begins every second, and takes as long as the changes of that second.",
  },
  {
    targets: [
      ["capture's cost on inserts", "≤ 15 %", captureCost],
      [
        "batches of 100 by trackPageViews, against the bare multi-row INSERT, both with capture",
        "≤ 1.3 ×",
        quotient("largest", { ...collected, contender: "raw" }, collected),
      ],
    ],
    bound:
      "One row in the queue for each view; a statement of one view pays for a trigger call as well. The client checks each view, reads its ids and its referrer, and asks the table whether it is there already.",
  },
  pruningTargets,
];
