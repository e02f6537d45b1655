import { citusAttachments } from "../generated/citus-attachments.ts";
import { citusChanges } from "../generated/citus-changes.ts";
import { citusFunctions } from "../generated/citus-functions.ts";
import { delegatedFunctions } from "./delegated-functions.ts";
import { librarySource } from "./library-source.ts";
import { sliceSource } from "./slice-source.ts";
import type { SqlFunction, SqlSource } from "./sql-source.ts";

// What capture, collecting and samples need, which know no rollups.
const shared = new Set([
  "is_group_type",
  "why_left_out",
  "entity_slot",
  "counted_time",
  "reporting_zone",
  "visitors_new_since",
  "owner_entity",
  "visitor_secret",
  "has_room_for_fact",
  "known_fact_number",
  "fact_number",
  "fact_numbers",
  "fact_combinations",
  "chance_of_entity",
  "random_id",
  "is_random_id",
  "refuse_hidden_page_views",
  "refuse_hidden_rows",
  "refuse_group",
  "visitors_last_seen_before",
  "visitors_seen_since",
  "sessions_last_seen_before",
  "forgettable_people",
  "reporting_date",
]);

/** Questions about one entity: each is asked where its shard is. Breakdowns are none of them: they ask all sessions that entered there. */
export const delegated: readonly string[] = [
  "time_series_columns",
  "compared_series_columns",
  "visitor_columns",
  "heat_map_columns",
  "rolling_visitors_columns",
];

/** Everything that is read in at the installation is captured there instead. */
const changes = sliceSource.changes.filter(({ repeat }) => !repeat);

/** The SQL of a Citus cluster, in the schema that all servers have: slices have one each, see {@link sliceScript}. */
export const citusSource: SqlSource = {
  ...librarySource,
  changes: [...changes, ...citusChanges],
  functions: [
    ...librarySource.functions.filter(({ name }) => shared.has(name)).map(withTextBody),
    ...citusFunctions,
    ...delegated.flatMap((name) => delegatedFunctions(namedFunction(name))),
  ],
  attachments: [
    ...librarySource.attachments.filter(({ file }) => file === "attach/grants.sql"),
    ...citusAttachments,
  ],
  isDistributed: true,
};

// Citus takes tables and the SQL bodies that it knows to read them for dependent on each other, and replaces none of them.
function withTextBody(definition: SqlFunction): SqlFunction {
  const body = /\nbegin atomic\n([^]*\bfrom :schema\.[^]*)\nend;?$/.exec(definition.sql);
  if (body === null) return definition;
  const head = definition.sql.slice(0, body.index);
  const path = /\nset search_path\b/.test(head) ? "" : "\nset search_path = pg_catalog, pg_temp";
  return { ...definition, sql: `${head}${path}\nas $$\n${body[1] ?? ""}\n$$;` };
}

function namedFunction(wanted: string): SqlFunction {
  const found = librarySource.functions.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`There is no function ${wanted}.`);
  return found;
}
