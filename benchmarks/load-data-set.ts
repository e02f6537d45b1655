import type { Pool } from "pg";
import { type LoadedPageViews, loadPageViews } from "../testing/traffic/load-page-views.ts";
import type { TrafficShape } from "../testing/traffic/traffic-shape.ts";
import { countText } from "./report/table.ts";
import { showProgress } from "./show-progress.ts";

interface DataSetOptions {
  /** Of an empty database. */
  pool: Pool;
  /** How many page views. */
  size: number;
  shape: TrafficShape;
  /** Whether page views are in 24 monthly partitions. @default false */
  partitioned?: boolean;
}

/** Those of a host's page views, to which a key is added. */
export const columns = `entity_type text not null, entity_id uuid, account_id uuid, session_id uuid, visitor_id uuid,
  viewed_at timestamptz not null, referrer_url text, time_on_page integer, source_no integer, device_no integer`;
const flat = `create table page_views (id uuid primary key default gen_random_uuid(), ${columns})`;
// more months than the data set and what is added to it have
const monthly = `
  create table page_views (id uuid default gen_random_uuid(), ${columns}, primary key (id, viewed_at)) partition by range (viewed_at);
  do $$ begin
    for month in 0..23 loop
      execute format(
        'create table page_views_%s partition of page_views for values from (%L) to (%L)',
        month + 1,
        timestamptz '2025-01-01 00:00+00' + make_interval(months => month),
        timestamptz '2025-01-01 00:00+00' + make_interval(months => month + 1)
      );
    end loop;
  end $$`;

/** Loads page views into a host's table. */
export async function loadDataSet(options: DataSetOptions): Promise<LoadedPageViews> {
  const { pool, size, shape, partitioned = false } = options;
  const start = performance.now();
  await pool.query(partitioned ? monthly : flat);
  const connection = await pool.connect();
  try {
    const onProgress = (written: number): void => {
      showProgress(`loading ${countText(written)} of ${countText(size)} page views`);
    };
    const loaded = await loadPageViews(connection, {
      size,
      shape,
      withSources: true,
      onProgress,
    });
    const seconds = (performance.now() - start) / 1000;
    showProgress(`loaded ${countText(size)} page views in ${seconds.toFixed(1)} s\n`);
    return loaded;
  } finally {
    connection.release();
  }
}
