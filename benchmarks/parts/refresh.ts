import type { Bench } from "../bench.ts";
import { addToRoaring, takeFromRoaring } from "../contenders/roaring.ts";
import { refreshTimescale } from "../contenders/timescale.ts";
import type { ContenderName } from "../results/contender-names.ts";
import { showProgress } from "../show-progress.ts";
import { spreadOf } from "../timing/spread.ts";
import { millisecondsOf } from "../timing/take-turns.ts";
import { assertRight } from "./assert-right.ts";
import { stageViews } from "./staged-views.ts";

/** How long it takes everybody, after the same views came, until the answers are right again. */
export async function refresh(bench: Bench): Promise<void> {
  const { pool, client } = bench;
  const views = Math.min(100_000, Math.ceil(bench.size / 10));
  const present = new Set(bench.contenders.map(({ name }) => name));
  await client.aggregate();

  for (const kind of ["new", "late"] as const) {
    const staged = await stageViews(bench, { portions: 1, views, kind });
    await staged.add(0);
    if (present.has("timescale")) {
      await pool.query(`insert into timescale.page_views table staged_views_${kind}`);
    }
    const note = noteAfter(bench, `${views.toLocaleString("en-US")} ${kind} views`);
    await note("headcount", "everything", () => client.aggregate());
    if (present.has("timescale")) {
      await note("timescale", "daily counts", () => refreshTimescale(pool));
    }
    if (present.has("roaring")) {
      await note("roaring", "daily counts", () => addToRoaring(pool, `staged_views_${kind}`));
    }
    if (!present.has("plan")) continue;
    await note("plan", "daily counts", () => refreshDays(bench, kind));
    // a refresh reads everything, so it takes as long whatever came
    if (kind === "late") continue;
    await note("plan", "visitors", () =>
      pool.query("refresh materialized view concurrently plan.analytics_visitors"),
    );
  }
  await refreshDeleted(bench, present);
  await assertRight(bench);
  showProgress("refreshing: done\n");
}

// The late views are taken away again, as when a host deletes or edits what it has.
async function refreshDeleted(bench: Bench, present: ReadonlySet<ContenderName>): Promise<void> {
  const { pool, client } = bench;
  const deleted = await pool.query(
    "delete from page_views v using staged_views_late s where v.id = s.id",
  );
  const views = (deleted.rowCount ?? 0).toLocaleString("en-US");
  const note = noteAfter(bench, `${views} views were deleted`);
  await note("headcount", "everything", () => client.aggregate());
  if (present.has("roaring")) {
    await note("roaring", "daily counts", () => takeFromRoaring(pool, "staged_views_late"));
  }
  if (present.has("plan")) await note("plan", "daily counts", () => refreshDays(bench, "late"));
}

type Note = (contender: ContenderName, what: string, run: () => Promise<unknown>) => Promise<void>;

function noteAfter(bench: Bench, happened: string): Note {
  return async (contender, what, run) => {
    const question = `after ${happened}: ${what}`;
    showProgress(question);
    const spread = spreadOf([(await millisecondsOf(run)) / 1000]);
    bench.record({ part: "refresh", question, entity: null, contender, unit: "s", spread });
  };
}

// The scheduled insert, of the dates that the views are of; the rows of these dates that are there already are taken
// away before, because it would double them.
async function refreshDays({ pool }: Bench, kind: "new" | "late"): Promise<void> {
  const { rows } = await pool.query<{ date_from: string; date_to: string }>(
    `select min(date(s.viewed_at))::text as date_from, max(date(s.viewed_at))::text as date_to from staged_views_${kind} s`,
  );
  const [range] = rows;
  if (range === undefined) return;
  const dates = [range.date_from, range.date_to];
  await pool.query("delete from plan.analytics_aggregates a where a.date between $1 and $2", dates);
  await pool.query("select plan.aggregate_page_views($1, $2)", dates);
}
