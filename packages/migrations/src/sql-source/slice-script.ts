import { renderSql, type SqlPlaceholders } from "../sql-text/render-sql.ts";
import { splitStatements } from "../sql-text/split-statements.ts";
import { checksum } from "./checksum.ts";
import { sliceSource } from "./slice-source.ts";

/** What make_slice() puts the names of a slice in the place of. */
const marker = { schema: "headcount slice schema", number: "'headcount slice number'" };

/** Tables that are in the shards of all slices, or on all servers: a slice has views of them. */
const sharedTables = new Set([
  "page_view_changes",
  "entry_changes",
  "set_aside_changes",
  "analytics_days",
  "analytics_hours",
  "analytics_entity_visitors",
  "analytics_visitor_days",
  "analytics_visitor_returns",
  "analytics_visitor_return_weeks",
  "analytics_entities",
  "analytics_milestones",
  "outgoing_changes",
  "visitor_sessions",
  "session_changes",
  "outgoing_entries",
  "fetched_changes",
  "analytics_sources",
  "analytics_devices",
  "analytics_secrets",
]);

// Those that work on blocks of the host's table, of which a slice has a view.
const ofTables = /^functions\/retention\/(?:detach|prune)\b/;

export interface SliceScript {
  text: string;
  checksum: string;
}

/** The SQL that makes a slice of what views of its shards do not give it: its own tables, types and functions. */
export function sliceScript(placeholders: SqlPlaceholders): SliceScript {
  const { schema, ...rest } = placeholders;
  const ofSlice: SqlPlaceholders = {
    ...rest,
    schema: marker.schema,
    pageViews: { schema: marker.schema, name: "page_views" },
    accounts: { schema: marker.schema, name: "no accounts" },
    slice: { number: marker.number, all: schema },
  };
  const changes = sliceSource.changes.filter(
    ({ version, transaction, repeat }) => version < 1000 && transaction === "shared" && !repeat,
  );
  const statements = changes.flatMap(({ sql }) =>
    splitStatements(sql)
      .map(({ text }) => text)
      .filter((statement) => !isOfSharedTable(statement)),
  );
  const text = [
    ...statements,
    "update :schema.analytics_settings set history_complete = true",
    // the planner takes a table that was never analyzed for one of many rows, and nothing analyzes one of so few
    "analyze :schema.analytics_settings, :schema.analytics_slots",
    ...sliceSource.functions
      .filter(({ file }) => !ofTables.test(file))
      .map(({ sql }) => sql.trim().replace(/;$/, "")),
  ]
    .map((statement) => `${renderSql(statement, ofSlice)};`)
    .join("\n\n");
  return { text, checksum: checksum(text) };
}

const tableOf =
  /^(?:create table|comment on table|comment on column|create (?:unique )?index \w+\s+on|alter table|insert into) :schema\.(\w+)/;

function isOfSharedTable(statement: string): boolean {
  const table = tableOf.exec(statement)?.[1];
  // what gives page views their numbers is on the coordinator
  if (table === undefined) return statement.includes("pg_get_serial_sequence");
  return sharedTables.has(table);
}
