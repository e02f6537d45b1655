import type { ClientBase, Pool } from "pg";

const entryChanges = `
  select entity_type, entity_id, date, hour, entries, bounces, slot from headcount.entry_changes
  union all
  select o.entity_type, o.entity_id, o.date, o.hour, o.entries, o.bounces, 0
  from headcount.outgoing_entries o
  where o.change_id > coalesce((
    select max(f.through) from fetched f
    where f.slice = o.for_slice and f.from_slice = headcount.slice_of_entity(o.slice_key)
  ), 0)`;

// Of the mirror's tables, what is in them on the cluster.
const sources: Readonly<Record<string, string>> = {
  page_views: "table page_views",
  "headcount.page_view_changes": "table headcount.page_view_changes",
  "headcount.entry_changes": `with fetched as materialized (
      select from_slice, through, headcount.slice_of_entity(slice_key) as slice from headcount.fetched_changes where of_entries
    ) ${entryChanges}`,
  "headcount.analytics_days": "table headcount.analytics_days",
  "headcount.analytics_hours": "table headcount.analytics_hours",
  "headcount.analytics_entity_visitors": "table headcount.analytics_entity_visitors",
  "headcount.analytics_visitor_days": "table headcount.analytics_visitor_days",
  "headcount.analytics_visitor_returns": "table headcount.analytics_visitor_returns",
  "headcount.analytics_visitor_return_weeks": "table headcount.analytics_visitor_return_weeks",
  "headcount.analytics_entities": "table headcount.analytics_entities",
  "headcount.visitor_sessions": "table headcount.visitor_sessions",
  "headcount.analytics_secrets": "table headcount.analytics_secrets",
};

/** Puts all that a cluster stores into one Postgres of the same installation, so that it can be asked anything. */
export async function copyIntoMirror(
  cluster: Pick<Pool, "query">,
  mirror: ClientBase,
): Promise<void> {
  await mirror.query("begin; set local session_replication_role = replica");
  for (const [table, source] of Object.entries(sources)) {
    const { rows } = await cluster.query<{ rows: string | null }>(
      // a row of a distributed table has lost the names of its columns where it becomes JSON
      `with r as materialized (${source}) select json_agg(to_json(r))::text as rows from r`,
    );
    await mirror.query(`delete from ${table}`);
    const list = rows[0]?.rows ?? "[]";
    if (list === "[]") continue;
    const columns = await columnsOf(mirror, table, list);
    await mirror.query(
      `insert into ${table} (${columns}) overriding system value
       select ${columns} from json_populate_recordset(null::${table}, $1)`,
      [list],
    );
  }
  await mirror.query("commit");
}

async function columnsOf(mirror: ClientBase, table: string, list: string): Promise<string> {
  const { rows } = await mirror.query<{ columns: string | null }>(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped
       and attname in (select json_object_keys($2::json -> 0))`,
    [table, list],
  );
  return rows[0]?.columns ?? "";
}
