import type { ExpectedObject } from "../expected-object.ts";
import { expectedObjects } from "../generated/expected-objects.ts";
import { MigrationError } from "../migration-error.ts";
import type { MigrationFile } from "../migration-file.ts";
import type { Connection } from "../session/connection.ts";
import { indexNamesOf } from "./index-names.ts";
import type { Installation } from "./installation.ts";

interface WantedName {
  schema: string;
  kind: ExpectedObject["kind"];
  name: string;
}

/** @throws {MigrationError} `name_taken` when something has the name of what the pending files create */
export async function checkNames(
  connection: Connection,
  installation: Installation,
  files: readonly MigrationFile[],
): Promise<void> {
  const wanted = wantedNames(installation, files);
  const rows = await connection.query<{ taken: string }>(findTaken, [
    wanted.map(({ schema }) => schema),
    wanted.map(({ kind }) => kind),
    wanted.map(({ name }) => name),
  ]);
  if (rows.length === 0) return;
  const taken = rows.map((row) => row.taken);
  throw new MigrationError(
    "name_taken",
    `Names that Headcount needs are taken:\n${taken.map((object) => `  - ${object}`).join("\n")}\nRename or drop what has them, or install into another schema (--schema).`,
    { taken },
  );
}

/** Page views and its indexes are not among them when the table is there: it is adopted, by rules of its own. */
function wantedNames(
  { target, pageViews, pending }: Installation,
  files: readonly MigrationFile[],
): WantedName[] {
  const versions = new Set(pending.map(({ version }) => version));
  const applied = files.filter(({ version }) => !versions.has(version));
  const pageViewsIndexes = new Set(indexNamesOf(files));
  const created = expectedObjects
    .filter(({ version }) => versions.has(version))
    .filter(({ kind, name }) => kind !== "trigger" && !pageViewsIndexes.has(name))
    .filter(({ name }) => !createdBy(applied, name))
    .map(({ kind, name }): WantedName => ({ schema: target.schema, kind, name }));
  if (pageViews.exists) return created;
  const { table } = pageViews;
  return [
    { ...table, kind: "table" },
    ...[...pageViewsIndexes].map((name): WantedName => {
      return { schema: table.schema, kind: "index", name };
    }),
    ...created,
  ];
}

/** What an applied file has made is ours, and a pending one replaces it. */
function createdBy(files: readonly MigrationFile[], name: string): boolean {
  const statement = new RegExp(`^\\s*create [\\w :.]*\\b${name}\\b`, "m");
  return files.some(({ sql }) => statement.test(sql));
}

// A table or view is also a type. A function of other parameters would not be in the way of ours, but of its callers.
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
) found
cross join lateral pg_identify_object(found.catalog, found.oid, 0) o
order by w.nth, taken`;
