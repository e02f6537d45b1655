import { type RawBuilder, sql } from "kysely";
import type { PartitionedColumns } from "./page-view-columns.ts";
import type { PageViewRow } from "./page-view-row.ts";

interface ViewsToRemember {
  schema: string;
  rows: readonly PageViewRow[];
  partitioned: PartitionedColumns;
}

/**
 * Remember these page views, and say which of them were not collected before: a unique index of a partitioned table has the time in it,
 * and a view that is sent again may come with another one. In one order: two calls about the same views wait for each other, and do
 * not deadlock.
 */
export function collectedPageViews({
  schema,
  rows,
  partitioned,
}: ViewsToRemember): RawBuilder<unknown> {
  return sql`
    insert into ${sql.id(schema, "collected_page_views")} (page_view_id, viewed_at)
    select v.page_view_id, v.viewed_at
    from unnest(
      ${rows.map(({ id }) => id)}::text[]::uuid[],
      ${rows.map(({ viewed_at }) => viewed_at)}::text[]::${sql.raw(partitioned.viewed_at_type)}[]
    ) v (page_view_id, viewed_at)
    order by v.page_view_id
    on conflict (page_view_id) do nothing
    returning page_view_id
  `;
}
