import { expect, test } from "vitest";
import type { Measurement } from "../results/measurement.ts";
import type { RunResults } from "../results/run-results.ts";
import { composeDocs } from "./compose-docs.ts";
import { latencyChart } from "./latency-chart.ts";

const question = "53 weekly points with totals";

function reads(contender: Measurement["contender"], median: number): Measurement {
  const spread = { median, p95: median, lowest: median, highest: median, runs: 1 };
  return { part: "reads", question, entity: "big", contender, unit: "ms", spread };
}

function folds(views: number, rate: number): Measurement {
  const spread = { median: rate, p95: rate, lowest: rate, highest: rate, runs: 1 };
  return {
    part: "folding",
    question: `folding ${views} late views`,
    entity: null,
    contender: "headcount",
    unit: "per s",
    spread,
  };
}

function results(
  size: number,
  [ours, raw, folded = 20_000]: readonly [number, number, number?],
): RunResults {
  return {
    date: "2026-11-25",
    size,
    shape: "public-listing",
    machine: { cpu: "A processor", cores: 2, memory_gib: 24 },
    versions: { PostgreSQL: "18.4" },
    settings: { fsync: "on" },
    absent: { TimescaleDB: "the server has no extension timescaledb" },
    measurements: [reads("headcount", ours), reads("raw", raw), folds(size / 100, folded)],
    plans: [
      {
        question,
        statement: "select f.* from f()",
        plan: "duration: 26.0 ms\nFunction Scan on f\n  ->  Seq Scan on analytics_settings s",
      },
      {
        question,
        statement: 'select d.date from "public".days d',
        plan: "duration: 25.0 ms\nIndex Scan using days_key on days d  (cost=0..1)",
      },
      { question, statement: "select 2", plan: "duration: 2.0 ms\nSeq Scan on settings" },
      { question: "another", statement: "select 3", plan: "duration: 9.0 ms\nSeq Scan on others" },
    ],
  };
}

const sizes = [results(10_000_000, [25, 1_500, 11_000]), results(1_000_000, [3, 150])];

test("sets out from the largest run, and shows how answers grow with the table", () => {
  const docs = composeDocs(sizes, "chart.svg");
  expect(docs).toContain("Sizes: 1 M, 10 M page views. The tables are those of\n10 M");
  expect(docs).toContain("| 53 weekly points with totals | 3.00 | 25.0 | 150 | 1,500 |");
  expect(docs).toContain("| folding late views, per s | 20,000 | 11,000 |");
  expect(docs).toContain("**TimescaleDB** did not take part: the server has");
  expect(docs).toContain("![Latency against the number of page views](chart.svg)");
});

test("says which targets are met, missed and not measured, and shows the plan of those missed", () => {
  const docs = composeDocs(sizes, "chart.svg");
  expect(docs).toMatch(/\| 365 daily.*big entity \| ≤ 10 ms \| 25.0 ms \| \*\*missed\*\* \|/);
  expect(docs).toMatch(/\| top 100 visitors.*all time.*\| ≤ 5 ms \| not measured \|/);
  expect(docs).toContain("## What bounds the targets that were missed");
  expect(docs).toContain(`The longest statements of "${question}"`);
  expect(docs).toMatch(/\| `select d.date from days d` \| 25.0 \|\n\| `select 2` +\| 2.00 \|\n\n/);
  expect(docs).toContain("```text\nduration: 25.0 ms\nIndex Scan using days_key");

  const met = composeDocs([results(10_000_000, [5, 1_500])], "chart.svg");
  expect(met).toMatch(/\| ≤ 10 ms \| 5.00 ms \| met \|/);
  expect(met).not.toContain("What bounds");
});

test("takes what the largest run left out from the smaller one, and says so", () => {
  const [largest, smaller] = [results(10_000_000, [5, 1_500]), results(1_000_000, [3, 150])];
  const spread = { median: 50_000, p95: 50_000, lowest: 50_000, highest: 50_000, runs: 1 };
  smaller.measurements.push({
    part: "prune",
    question: "page views pruned, as fast as it goes",
    entity: null,
    contender: "headcount",
    unit: "per s",
    spread,
  });
  const docs = composeDocs([largest, smaller], "chart.svg");
  expect(docs).toMatch(/\| page views pruned.*\| 50,000 \/ s on 1 M \| met \|/);
  expect(docs).toContain(
    "## Measurements on 1 M page views: the parts that the larger run left out",
  );
  expect(composeDocs(sizes, "chart.svg")).not.toContain("left out");
});

test("says whether two checkouts meet what they were compared for, and shows their tables after the others", () => {
  const paired: RunResults = {
    ...results(10_000_000, [25, 1_500]),
    against: "f9db5f4",
    shape: "team-app",
    measurements: [reads("against", 20), reads("headcount", 25)],
  };
  const docs = composeDocs([...sizes, paired], "chart.svg");
  expect(docs).toMatch(
    /\| any read, as a share of the other checkout's \| ≤ 1.1 × \| 1.25 × \| \*\*missed/,
  );
  expect(docs).toContain("## Against f9db5f4: 10 M page views, shape team-app");
  expect(docs).toContain("| 53 weekly points with totals, ms | 20.0 | 25.0 | 1.3× | 1.3× |");
  expect(docs).toContain("The tables are those of\n10 M");
  const cluster = { ...results(1_000_000, [9, 150]), workers: 2 };
  expect(latencyChart([...sizes, paired, cluster])).toBe(latencyChart(sizes));
});

test("refuses to write without a run against what one would use instead", () => {
  const paired = { ...results(10_000_000, [25, 1_500]), against: "f9db5f4" };
  const cluster = { ...results(1_000_000, [3, 150]), workers: 2 };
  for (const nothing of [[], [paired], [cluster]]) {
    expect(() => composeDocs(nothing, "chart.svg")).toThrow(
      "There are no results: give those of at least one run without --against and --citus.",
    );
  }
});

test("draws a line for everybody, from the smallest size to the largest, and labels its end", () => {
  const chart = latencyChart(sizes);
  expect(chart.match(/<polyline/g)).toHaveLength(2);
  expect(chart).toMatch(/>1 M<.*>10 M</s);
  expect(chart).toContain(">Headcount 25<");
  expect(chart).toContain(">raw SQL 1,500<");
});
