import { AnalyticsClient, type KeptLevel } from "@headcount/core";
import { migrate } from "@headcount/migrations";
import { Pool } from "pg";
import type { Bench } from "../bench.ts";
import type { Measurement } from "../results/measurement.ts";
import { cpuMilliseconds } from "../server/server-process.ts";
import { showProgress } from "../show-progress.ts";
import { spreadOf } from "../timing/spread.ts";
import { stageViews } from "./staged-views.ts";

const portions = 3;
const maxViews = 1_000_000;
const entitiesOfOwner = 12;

interface Kept {
  name: string;
  levels: readonly KeptLevel[];
}

const settings: readonly Kept[] = [
  { name: "without levels", levels: [] },
  { name: "with owners", levels: ["owner"] },
  { name: "with owners and the site", levels: ["owner", "site"] },
];

/** An installation beside a copy of the latest page views, on a connection of its own. */
interface Side {
  name: string;
  pageViews: string;
  client: AnalyticsClient;
  cpuMs: () => Promise<number | undefined>;
}

/** How fast levels are added, and how fast new views are folded with them, in turns with folding without. */
export async function levels(bench: Bench): Promise<void> {
  await using cleanUp = new AsyncDisposableStack();
  const views = Math.min(100_000, Math.ceil(bench.size / 10));
  const note = (question: string, unit: Measurement["unit"], values: number[]): void => {
    if (values.length === 0) return;
    const spread = spreadOf(values);
    bench.record({ part: "levels", question, entity: null, contender: "headcount", unit, spread });
  };

  const sides: { side: Side; rates: number[]; cpu: number[] }[] = [];
  for (const [nth, { name, levels: kept }] of settings.entries()) {
    showProgress(`levels: installing ${name}`);
    const pool = new Pool({ ...bench.pool.options, max: 1, idleTimeoutMillis: 0 });
    cleanUp.defer(() => pool.end());
    const side = await installBeside(bench, { pool, nth, name });
    for (const level of kept) {
      const { read_page_views, duration_ms } = await side.client.addLevel(level);
      // owners are added twice
      if (level === kept.at(-1)) {
        note(`adding the level ${level}`, "per s", [(1000 * read_page_views) / duration_ms]);
      }
    }
    sides.push({ side, rates: [], cpu: [] });
  }
  await bench.pool.query("vacuum analyze");

  const staged = await stageViews(bench, { portions, views, kind: "new" });
  for (let portion = 0; portion < portions; portion += 1) {
    for (const { side } of sides) await staged.add(portion, side.pageViews);
    for (const { side, rates, cpu } of sides) {
      showProgress(`levels: folding ${side.name}, ${portion + 1} of ${portions}`);
      const before = await side.cpuMs();
      const { duration_ms } = await side.client.aggregate();
      const after = await side.cpuMs();
      rates.push((1000 * views) / duration_ms);
      if (before !== undefined && after !== undefined) cpu.push((1000 * (after - before)) / views);
    }
  }
  for (const { side, rates, cpu } of sides) {
    const question = `${views.toLocaleString("en-US")} new views, ${side.name}`;
    note(question, "per s", rates);
    note(`${question}: CPU`, "µs per change", cpu);
    const { differences } = await side.client.verify();
    if (differences > 0) throw new Error(`${side.name}, ${differences} rollups differ.`);
  }
  showProgress("levels: done\n");
}

interface BesideOptions {
  pool: Pool;
  nth: number;
  name: string;
}

async function installBeside(bench: Bench, { pool, nth, name }: BesideOptions): Promise<Side> {
  const schema = `levels_${nth}`;
  const pageViews = `${schema}_views.page_views`;
  const owners = Math.ceil(bench.size / 200 / entitiesOfOwner);
  await pool.query(`
    create schema ${schema}_views;
    create table ${pageViews} (like page_views including defaults, primary key (id));
    create function ${schema}_views.give_owner() returns trigger language plpgsql as $$ begin
      new.owner_id := md5((hashtextextended(new.entity_id::text, 0) % ${owners})::text)::uuid;
      return new;
    end $$;
    create trigger give_owner before insert on ${pageViews} for each row execute function ${schema}_views.give_owner();
    insert into ${pageViews} select v.* from page_views v order by v.viewed_at desc limit ${maxViews}`);
  await migrate({ pool, schema, pageViews });
  const client = new AnalyticsClient({ pool, schema });
  const cpuMs = async (): Promise<number | undefined> => {
    const { rows } = await pool.query<{ pid: number }>("select pg_backend_pid() as pid");
    return rows[0] && cpuMilliseconds(rows[0].pid);
  };
  return { name, pageViews, client, cpuMs };
}
