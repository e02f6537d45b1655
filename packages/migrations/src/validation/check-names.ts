import type { ExpectedObject } from "../expected-object.ts";
import { expectedObjects } from "../generated/expected-objects.ts";
import { indexNamesOf } from "../inspection/index-names.ts";
import type { Installation } from "../inspection/installation.ts";
import type { StoredLedgerRow } from "../ledger.ts";
import { MigrationError } from "../migration-error.ts";
import { type Connection, queryOne } from "../session/connection.ts";
import { type Change, changeFile } from "../sql-source/change.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";

interface WantedName {
  schema: string;
  kind: ExpectedObject["kind"];
  name: string;
}

/** @throws {MigrationError} `name_taken` when something has the name of what is pending */
export async function checkNames(
  connection: Connection,
  installation: Installation,
): Promise<void> {
  const wanted = wantedNames(installation);
  const rows = await connection.query<{ taken: string }>(findTaken, [
    wanted.map(({ schema }) => schema),
    wanted.map(({ kind }) => kind),
    wanted.map(({ name }) => name),
    JSON.stringify(objectsOf(installation, "functions")),
  ]);
  if (rows.length === 0) return;
  const taken = rows.map((row) => row.taken);
  if (await hasEmptyLedger(connection, installation)) {
    const { schema } = installation.target;
    throw new MigrationError(
      "name_taken",
      `The schema "${schema}" has Headcount's objects and an empty ledger, as a dump without its data leaves them. Restore the data, or take them out, where nothing else is in it: DROP SCHEMA ${quoteIdentifier(schema)} CASCADE;`,
      { taken },
    );
  }
  throw new MigrationError(
    "name_taken",
    `Names that Headcount needs are taken:\n${taken.map((object) => `  - ${object}`).join("\n")}\nRename or drop what has them, or install into another schema (--schema).`,
    { taken },
  );
}

async function hasEmptyLedger(
  connection: Connection,
  { ledger, target }: Installation,
): Promise<boolean> {
  if (ledger.length > 0) return false;
  const { found } = await queryOne<{ found: boolean }>(
    connection,
    "select exists (select from pg_tables where schemaname = $1 and tablename = 'headcount_migrations') as found",
    [target.schema],
  );
  return found;
}

/** Page views and its indexes are not among them when the table is there: it is adopted, by rules of its own. */
function wantedNames(installation: Installation): WantedName[] {
  const { target, source, pageViews, pending, rendered } = installation;
  const pageViewsIndexes = indexNamesOf(source.changes);
  const views = objectsOf(installation, "attachments");
  const names = [
    ...createdByChanges(pending.changes, source.changes).filter(
      ({ name }) => !pageViewsIndexes.includes(name),
    ),
    ...(pending.functions
      ? source.functions.map(({ name }) => ({ kind: "function" as const, name }))
      : []),
    ...(pending.attachments
      ? rendered.views
          .filter((name) => !Object.hasOwn(views, name))
          .map((name) => ({ kind: "view" as const, name }))
      : []),
  ].map((name): WantedName => ({ schema: target.schema, ...name }));
  if (pageViews.exists) return names;
  const { table } = pageViews;
  return [
    { ...table, kind: "table" },
    ...pageViewsIndexes.map((name): WantedName => {
      return { schema: table.schema, kind: "index", name };
    }),
    ...names,
  ];
}

function objectsOf(
  { ledger }: Installation,
  wanted: "functions" | "attachments",
): NonNullable<StoredLedgerRow["objects"]> {
  return ledger.find(({ kind }) => kind === wanted)?.objects ?? {};
}

/** What an applied change has made is ours, and a pending one replaces it. */
function createdByChanges(
  pending: readonly Change[],
  changes: readonly Change[],
): Pick<WantedName, "kind" | "name">[] {
  const files = new Set(pending.map(changeFile));
  const applied = changes.filter((change) => !files.has(changeFile(change)));
  const isMade = (name: string): boolean => {
    const statement = new RegExp(`^\\s*create [\\w :.]*\\b${name}\\b`, "m");
    return applied.some(({ sql }) => statement.test(sql));
  };
  return expectedObjects
    .filter(({ file, name }) => files.has(file) && !isMade(name))
    .map(({ kind, name }) => ({ kind, name }));
}

// A table or view is also a type. A function of other parameters would not be in the way of ours, but of its
// callers; those that were applied before are ours.
const findTaken = `
select o.type || ' ' || o.identity as taken
from unnest($1::text[], $2::text[], $3::text[]) with ordinality w (schema, kind, name, nth)
join pg_namespace n on n.nspname = w.schema
cross join lateral (
  select 'pg_class'::regclass as catalog, c.oid
  from pg_class c
  where c.relnamespace = n.oid and c.relname = w.name and w.kind <> 'function'
  union all
  select 'pg_type', t.oid
  from pg_type t
  where t.typnamespace = n.oid and t.typname = w.name and t.typrelid = 0 and w.kind in ('table', 'view', 'type')
  union all
  select 'pg_proc', p.oid
  from pg_proc p
  where p.pronamespace = n.oid and p.proname = w.name and w.kind = 'function'
    and pg_get_function_identity_arguments(p.oid) is distinct from $4::jsonb -> p.proname::text ->> 'arguments'
    -- its argument is a row of page views, which may have another name by now
    and not (p.proname = 'captured_columns' and $4::jsonb ? 'captured_columns')
) found
cross join lateral pg_identify_object(found.catalog, found.oid, 0) o
order by w.nth, taken`;
