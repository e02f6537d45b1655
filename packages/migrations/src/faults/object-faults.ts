import { upCommand } from "../advice/up-command.ts";
import type { ExpectedObject } from "../expected-object.ts";
import { expectedObjects } from "../generated/expected-objects.ts";
import type { Installation } from "../inspection/installation.ts";
import type { Connection } from "../session/connection.ts";
import { changeFile } from "../sql-source/change.ts";
import { quoteIdentifier, type TableName } from "../sql-text/quote.ts";
import { renderSql } from "../sql-text/render-sql.ts";
import { splitStatements } from "../sql-text/split-statements.ts";
import type { InstallationFault } from "./installation-fault.ts";

interface FaultyObject {
  kind: ExpectedObject["kind"];
  name: string;
  /** Null when it is missing; else the schema of an index that is there and invalid. */
  invalid_in: string | null;
}

interface ObjectsToFind {
  connection: Connection;
  installation: Installation;
  pageViews: TableName;
}

/** Objects that were applied and are not there, or are invalid. Those of triggers come from capture_faults(). */
export async function objectFaults({
  connection,
  installation,
  pageViews,
}: ObjectsToFind): Promise<InstallationFault[]> {
  const { schema } = installation.target;
  const expected = expectedObjects.filter(
    ({ kind, file }) => kind !== "trigger" && isApplied(file, installation),
  );
  const faulty = await connection.query<FaultyObject>(findFaultyObjects, [
    schema,
    pageViews.schema,
    pageViews.name,
    expected.map(({ kind }) => kind),
    expected.map(({ name }) => name),
  ]);
  return faulty.map(({ kind, name, invalid_in }) => {
    if (invalid_in !== null) {
      return {
        problem: `The index ${name} is invalid: its build was interrupted.`,
        fix: `REINDEX INDEX CONCURRENTLY ${quoteIdentifier(invalid_in)}.${name};`,
      };
    }
    const file =
      expected.find((object) => object.kind === kind && object.name === name)?.file ?? "";
    const fix = kind === "index" ? createIndex(name, installation) : undefined;
    return { problem: `The ${kind} ${name} is missing.`, fix: fix ?? remedy(file, schema) };
  });
}

function isApplied(file: string, { ledger, pending }: Installation): boolean {
  const folder = file.split("/", 1)[0];
  if (folder === "functions") return !pending.functions;
  if (folder === "attach") return !pending.attachments;
  return ledger.some((row) => row.kind === "change" && changeFile(row) === file);
}

/** Other tools that keep a schema as they know it drop what they do not know, and that is indexes of page views first of all. */
function createIndex(
  name: string,
  { source, placeholders }: Pick<Installation, "source" | "placeholders">,
): string | undefined {
  const head = new RegExp(
    `^create (unique )?index (concurrently )? ?(if not exists )?(?=${name}\\b)`,
  );
  const statement = source.changes
    .flatMap(({ sql }) => splitStatements(renderSql(sql, placeholders)))
    .find(({ text }) => head.test(text));
  if (statement === undefined) return undefined;
  return `${statement.text.replace(head, (words) => words.toUpperCase()).replaceAll(/\s+/g, " ")};`;
}

/** What is replayed is made again when the ledger does not know its text. */
function remedy(file: string, schema: string): string {
  const folder = file.split("/", 1)[0];
  if (folder === "changes") return `Create it as sql/${file} of this package does.`;
  // attachments too: a function that is made anew may be executed by everybody until they take that back
  const kinds = folder === "functions" ? "IN ('functions', 'attachments')" : "= 'attachments'";
  const ledger = `${quoteIdentifier(schema)}.headcount_migrations`;
  return `UPDATE ${ledger} SET rendered_checksum = NULL WHERE kind ${kinds}; -- then run: ${upCommand(schema)}`;
}

const findFaultyObjects = `
with expected as (
  select e.kind, e.name, e.nth
  from unnest($4::text[], $5::text[]) with ordinality e (kind, name, nth)
),
page_views as (
  select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $2 and c.relname = $3
),
home as (
  select n.oid from pg_namespace n where n.nspname = $1
),
found as (
  -- a host may put any relation in the place of a view
  select k.kind, c.relname::text as name, null::text as invalid_in
  from pg_class c join home h on h.oid = c.relnamespace
  cross join (values ('table'), ('view')) k (kind)
  where case k.kind when 'table' then c.relkind in ('r', 'p') else c.relkind in ('v', 'm', 'r', 'p', 'f') end
  union all
  select 'type', t.typname::text, null from pg_type t join home h on h.oid = t.typnamespace
  union all
  select 'function', p.proname::text, null from pg_proc p join home h on h.oid = p.pronamespace
  union all
  select 'index', c.relname::text, case when not i.indisvalid then n.nspname::text end
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
  where i.indrelid in (select oid from page_views) or n.oid in (select oid from home)
)
select e.kind, e.name, max(f.invalid_in) as invalid_in
from expected e
left join found f on f.kind = e.kind and f.name = e.name
group by e.kind, e.name, e.nth
having bool_and(f.kind is null or f.invalid_in is not null)
order by e.nth`;
