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
]);

/** Questions about one entity: each is asked where its shard is. */
export const delegated: readonly string[] = [
  "time_series_columns",
  "compared_series_columns",
  "visitor_columns",
  "heat_map_columns",
  "rolling_visitors_columns",
  "breakdown_columns",
  "views_by_fact",
  "accounts_that_viewed",
  "accounts_with_totals",
  "list_visitors_among",
  "columns_of_visitors",
];

// What asks the host's accounts, which the coordinator alone reads, and what it needs, in an order in which it can be created.
const ofCoordinator = [
  "keyed_hash",
  "ciphered_block",
  "cipher_stream",
  "ciphered",
  "entity_message",
  "visitor_message",
  "refs_of_visitors",
  "visitor_of_ref",
  "instant_text",
  "has_visibility",
  "keeps_attribute",
  "account_object",
  "rows_of_accounts",
  "accounts_like",
  "named_visitors",
  "attributes_of_visitors",
  "shown_visitors",
  "visitors_without_names",
  "accounts_named",
  "shown_page",
  "list_visitors",
  "hidden_visitors",
  "columns_of_page",
  "get_entity_visitors",
  "named_page",
  "visitor_columns",
  "is_fact",
  "breakdown_with_totals",
  "columns_of_breakdown",
  "breakdown_columns",
];

/** Everything that is read in at the installation is captured there instead. A host may replace the view of accounts by one of any table. */
const changes = sliceSource.changes
  .filter(({ repeat }) => !repeat)
  .map((change) => (change.name === "accounts" ? notPropagated(change) : change));

/** The SQL of a Citus cluster, in the schema that all servers have: slices have one each, see {@link sliceScript}. */
export const citusSource: SqlSource = {
  ...librarySource,
  changes: [...changes, ...citusChanges],
  functions: [
    ...librarySource.functions.filter(({ name }) => shared.has(name)).map(withTextBody),
    ...citusFunctions.filter(({ name }) => !ofCoordinator.includes(name)),
    ...delegated.flatMap((name) => {
      const asked = ofCoordinator.includes(name) ? `${name}_of_slice` : name;
      const { here, asking } = delegatedFunctions(
        namedFunction(name, sliceSource.functions),
        asked,
      );
      return [here, notPropagated(asking)];
    }),
    ...ofCoordinator.map((name) =>
      notPropagated(namedFunction(name, citusFunctions, librarySource.functions)),
    ),
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

// What is asked of the coordinator alone. Citus takes a composite type and the SQL bodies that read it for dependent on each other as well, and then
// replaces no function that it makes on all servers and such a body calls; and no view by one of a table that it does not know.
function notPropagated<Part extends { sql: string }>(part: Part): Part {
  const propagate = (whether: string): string =>
    `set local citus.enable_ddl_propagation to ${whether};`;
  const sql = part.sql.trim().replace(/;?$/, ";");
  return { ...part, sql: `${propagate("off")}\n${sql}\n${propagate("on")}` };
}

function namedFunction(wanted: string, ...sources: (readonly SqlFunction[])[]): SqlFunction {
  const found = sources.flat().find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`There is no function ${wanted}.`);
  return found;
}
