import { expectedObjects } from "../generated/expected-objects.ts";
import { indexNamesOf, levelIndexNames } from "../inspection/index-names.ts";
import type { Installation } from "../inspection/installation.ts";
import type { Connection } from "../session/connection.ts";
import { maxIdBytes } from "../sql-text/page-view-columns.ts";

/** Something of ours, and the statement that takes it out. */
export interface OwnObject {
  /** As `table headcount.analytics_days`. */
  name: string;
  statement: string;
}

/** Everything of ours that is there, in the order in which it can be dropped. What is the host's is not among it. */
export async function findOwnObjects(
  connection: Connection,
  { target, source, ledger, pageViews }: Installation,
): Promise<OwnObject[]> {
  const functions = ledger.find(({ kind }) => kind === "functions")?.objects ?? {};
  const namesOf = (kind: "table" | "view" | "type"): string[] =>
    expectedObjects.filter((object) => object.kind === kind).map(({ name }) => name);
  return connection.query<OwnObject>(ownObjects, [
    target.schema,
    pageViews.exists ? pageViews.table.schema : null,
    pageViews.exists ? pageViews.table.name : null,
    [...indexNamesOf(source.changes), ...levelIndexNames],
    maxIdBytes + 1,
    JSON.stringify(functions),
    namesOf("view").filter((name) => name !== accountsView),
    [accountsView],
    [...namesOf("table"), "headcount_migrations"],
    namesOf("type"),
  ]);
}

// SQL bodies of functions depend on it, and the other views on functions.
const accountsView = "analytics_accounts";

// An index of the host's that had the name of ours before has not the condition of ours.
const ownObjects = `
with
home as (select n.oid, n.nspname from pg_namespace n where n.nspname = $1),
page_views as (
  select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $2 and c.relname = $3
),
found as (
  select 1 as nth, 'trigger' as kind, t.tgname || ' on ' || t.tgrelid::regclass as name,
    format('DROP TRIGGER %I ON %s;', t.tgname, t.tgrelid::regclass) as statement
  from pg_trigger t join pg_proc p on p.oid = t.tgfoid join home h on h.oid = p.pronamespace
  -- a partition has that of rows from the table that it is of, and it goes with it
  where starts_with(t.tgname, 'headcount_') and t.tgparentid = 0
  union all
  select 2, 'index', i.indexrelid::regclass::text, format('DROP INDEX %s;', i.indexrelid::regclass)
  from pg_index i join page_views v on v.oid = i.indrelid join pg_class c on c.oid = i.indexrelid
  where c.relname = any ($4::text[]) and pg_get_expr(i.indpred, i.indrelid) like '%LEAST(%) <> ' || $5::int || '%'
  union all
  select w.nth, k.kind, c.oid::regclass::text, format('DROP %s %s;', upper(k.kind), c.oid::regclass)
  from (values (3, $7::text[]), (5, $8::text[])) w (nth, names)
  cross join unnest(w.names) n (name)
  join home h on true
  join pg_class c on c.relnamespace = h.oid and c.relname = n.name
  cross join lateral (
    select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end as kind
  ) k
  where c.relkind in ('v', 'm', 'f', 'r', 'p')
  union all
  select 6, 'table', c.oid::regclass::text, format('DROP TABLE %s;', c.oid::regclass)
  from home h join pg_class c on c.relnamespace = h.oid
  where c.relkind in ('r', 'p') and c.relname = any ($9::text[]) and c.oid not in (select v.oid from page_views v)
),
functions as (
  select p.oid::regprocedure::text as name
  from home h
  cross join jsonb_each($6::jsonb) o (name, known)
  join pg_proc p on p.pronamespace = h.oid and p.proname = o.name
    -- its argument is a row of page views, which may have another name by now
    and (pg_get_function_identity_arguments(p.oid) = o.known ->> 'arguments' or p.proname = 'captured_columns')
),
types as (
  select format('%I.%I', h.nspname, t.typname) as name
  from home h join pg_type t on t.typnamespace = h.oid
  where t.typrelid <> 0 and t.typname = any ($10::text[])
    and exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c')
),
statements as (
  select f.nth, f.kind || ' ' || f.name as name, f.statement from found f
  union all
  -- together, because they call each other
  select 4, count(*) || ' functions', 'DROP ROUTINE ' || string_agg(f.name, ', ' order by f.name) || ';' from functions f
  having count(*) > 0
  union all
  select 7, count(*) || ' types', 'DROP TYPE ' || string_agg(t.name, ', ' order by t.name) || ';' from types t
  having count(*) > 0
)
select s.name, s.statement from statements s order by s.nth, s.name`;
