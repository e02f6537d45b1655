import { countText } from "../report/table.ts";
import { showProgress } from "../show-progress.ts";
import { foldToEmpty } from "./fold-to-empty.ts";
import { type Pair, recordEach } from "./pair.ts";
import type { Side } from "./side.ts";

/** A visitor with a long history. */
interface Extreme {
  name: string;
  session_id: string;
  /** Their page views, and the time between two. */
  views: number;
  interval: string;
}

/** A page view of such a visitor that comes and goes again. */
interface OneMore extends Extreme {
  /** When it is, counted from the last of the others. */
  offset: string;
}

const entity = ["listing", "00000000-0000-4000-8000-0000000000ee"];

/** What folding one change costs of somebody who came on 1,000 days, and of a bot with 100,000 views in one session. */
export async function extremes(pair: Pair): Promise<void> {
  const daily: Extreme = {
    name: "a visitor of 1,000 days",
    session_id: "00000000-0000-4000-8000-0000000000da",
    views: 1_000,
    interval: "1 day",
  };
  const views = Math.min(100_000, pair.size);
  const bot: Extreme = {
    name: `a bot with ${countText(views)} views in a session`,
    session_id: "00000000-0000-4000-8000-0000000000b0",
    views,
    interval: "0.5 s",
  };
  for (const side of pair.sides) {
    for (const visitor of [daily, bot]) await addHistory(side, { ...visitor, pair });
    await foldToEmpty(side);
    await side.pool.query("vacuum analyze");
  }
  await measure(pair, { ...daily, offset: "1 day" });
  const midst = { name: `${daily.name}, in the midst of them`, offset: "-500 days" };
  await measure(pair, { ...daily, ...midst });
  await measure(pair, { ...bot, offset: "0.5 s" });
  showProgress("extreme visitors: done\n");
}

// The last is on the last date of the data set, and one in the middle is left out.
async function addHistory(
  { pool }: Side,
  { session_id, views, interval, pair }: Extreme & { pair: Pair },
): Promise<void> {
  await pool.query(
    `insert into page_views (entity_type, entity_id, session_id, viewed_at)
     select $1, $2, $3, $4::timestamptz - $5::interval * nth
     from generate_series(0, $6::integer) nth
     where nth <> $6::integer / 2`,
    [...entity, session_id, lastMoment(pair), interval, views],
  );
}

function lastMoment({ loaded }: Pair): string {
  return `${loaded.date_to} 14:00:00+00`;
}

async function measure(pair: Pair, { name, session_id, offset }: OneMore): Promise<void> {
  const view = [...entity, session_id, lastMoment(pair), offset];
  const added = new Map(pair.sides.map((side) => [side, [] as number[]]));
  const deleted = new Map(pair.sides.map((side) => [side, [] as number[]]));
  for (let round = 0; round < pair.runs; round += 1) {
    showProgress(`extreme visitors: ${name}, ${round + 1} of ${pair.runs}`);
    for (const side of pair.sides) {
      await side.pool.query(
        "insert into page_views (entity_type, entity_id, session_id, viewed_at) values ($1, $2, $3, $4::timestamptz + $5::interval)",
        view,
      );
      added.get(side)?.push((await foldToEmpty(side)).ms);
      await side.pool.query(
        "delete from page_views where entity_type = $1 and entity_id = $2 and session_id = $3 and viewed_at = $4::timestamptz + $5::interval",
        view,
      );
      deleted.get(side)?.push((await foldToEmpty(side)).ms);
    }
  }
  const row = { part: "extremes", entity: null, unit: "ms" } as const;
  recordEach(
    pair,
    { ...row, question: `${name}: one more view` },
    { valuesOf: (side) => added.get(side) ?? [] },
  );
  recordEach(
    pair,
    { ...row, question: `${name}: it is deleted` },
    { valuesOf: (side) => deleted.get(side) ?? [] },
  );
}
