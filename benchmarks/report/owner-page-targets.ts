import { highest, quotient, type TargetGroup } from "./target.ts";

const big = { part: "reads", entity: "big" } as const;
const typical = { part: "reads", entity: "typical" } as const;

/** What an owner asks of one page or of a list of pages. */
export const ownerPageTargets: TargetGroup = {
  targets: [
    [
      "182 days with what they are compared with, big entity",
      "≤ 2.5 ms",
      highest("largest", { ...big, question: "182 days against those before" }),
    ],
    [
      "the same, as a share of the plain series of as many days",
      "≤ 1.8 ×",
      quotient(
        "largest",
        { ...big, question: "182 days against those before" },
        { ...big, question: "365 daily points with totals" },
      ),
    ],
    [
      "rolling visitors of 1, 7 and 28 days, for 365 days, big entity",
      "≤ 15 ms",
      highest("largest", { ...big, question: "rolling visitors, 365 days" }),
    ],
    [
      "182 days with what they are compared with, a typical entity",
      "≤ 1 ms",
      highest("largest", { ...typical, question: "182 days against those before" }),
    ],
    [
      "rolling visitors for 365 days, a typical entity",
      "≤ 2 ms",
      highest("largest", { ...typical, question: "rolling visitors, 365 days" }),
    ],
    [
      "hour by weekday of 365 days, big entity",
      "≤ 5 ms",
      highest("largest", { ...big, question: "hour by weekday, 365 days" }),
    ],
    [
      "top 20 sources of any range (30, 365 days), big entity",
      "≤ 30 ms",
      highest("largest", { ...big, question: /^top 20 sources, \d+ days$/ }),
    ],
    [
      "the same, once its breakdowns are kept",
      "≤ 30 ms",
      highest("largest", { ...big, question: /^top 20 sources, \d+ days, kept$/ }),
    ],
    [
      "top 20 sources of any range (30, 365 days), a typical entity",
      "≤ 2 ms",
      highest("largest", { ...typical, question: /^top 20 sources/ }),
    ],
    [
      "accounts by company of 365 days, big entity",
      "≤ 30 ms",
      highest("largest", { ...big, question: /^accounts by company/ }),
    ],
    [
      "top 20 of the entities of a type, 30 days",
      "≤ 60 ms",
      highest("largest", { ...big, question: /^top 20 entities/ }),
    ],
    [
      "who is there now, big entity",
      "≤ 1 ms",
      highest("largest", { ...big, question: "who is there now" }),
    ],
    [
      "totals of 50 typical entities, 30 days, with sparklines",
      "≤ 8 ms",
      highest("largest", { ...typical, question: /^totals of \d+ typical entities, 30 days/ }),
    ],
    [
      "totals of 50 typical entities, all time",
      "≤ 2 ms",
      highest("largest", { ...typical, question: /^totals of .* all time$/ }),
    ],
    [
      "who is there now, at 50 typical entities",
      "≤ 10 ms",
      highest("largest", { ...typical, question: /^who is there now, at/ }),
    ],
    [
      "digest of a month, of all that a typical owner has",
      "≤ 15 ms",
      highest("largest", { part: "owners", entity: "typical", question: /^digest of/ }),
    ],
    [
      "a whole page of 30 days: series and comparison, rolling visitors, week, now, latest visitors, big entity",
      "≤ 30 ms",
      highest("largest", { ...big, question: "a whole page, 30 days" }),
    ],
    [
      "the same, a typical entity",
      "≤ 8 ms",
      highest("largest", { ...typical, question: "a whole page, 30 days" }),
    ],
  ],
  bound:
    "Each reads the rows of its days by their key. A year has 365 rows of packed hours to unpack for the week, and for the windows as many look-ups of the returns of a date. Sources are counted from page views themselves, of which each is read, and grouped by source and visitor; accounts of a company from their visitor-days; tops from the days of all entities of the type.",
  explains:
    /^(182 days|rolling|hour by|top 20|accounts by|who is|digest of|a whole page|totals of)/,
};
