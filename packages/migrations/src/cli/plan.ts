import { pendingSentence } from "../inspection/pending-work.ts";
import { type MigrationPlan, planMigrations } from "../plan-migrations.ts";
import { checkSchema } from "./check-schema.ts";
import { defineVerb, installationOptions, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";

export const plan: Verb = defineVerb({
  name: "plan",
  summary: "say what up would do, after the same checks",
  options: installationOptions,
  run: runPlan,
});

export async function runPlan({ options, print, json }: VerbContext): Promise<ExitCode> {
  await checkSchema(options);
  const migrationPlan = await planMigrations(options);
  for (const line of json ? [JSON.stringify(migrationPlan)] : planLines(migrationPlan)) print(line);
  return exitCode.ok;
}

function planLines({
  schema,
  creates_schema,
  time_zone,
  installed_version,
  library_version,
  pending,
  page_views,
  accounts,
}: MigrationPlan): string[] {
  const waiting = pendingSentence(pending);
  if (waiting === "") return ["Nothing to do."];
  return [
    `Would bring the schema "${schema}"${creates_schema ? ", which is created," : ""} from ${installed_version ?? "nothing"} to version ${library_version}, with dates in ${time_zone}.`,
    `Pending: ${waiting}.`,
    ...(installed_version === null ? adoptionLines({ page_views, accounts }) : []),
  ];
}

function adoptionLines({
  page_views,
  accounts,
}: Pick<MigrationPlan, "page_views" | "accounts">): string[] {
  const { table, exists, adds_columns, builds_indexes_concurrently, estimated_history, notes } =
    page_views;
  const history = estimated_history?.toLocaleString("en-US") ?? "an unknown number of";
  return [
    ...(exists
      ? [
          `Adopts ${table}: ${adds_columns.length === 0 ? "adds no column" : `adds ${adds_columns.join(", ")}`}; builds indexes ${builds_indexes_concurrently ? "concurrently, while writers go on" : "at once"}; reads in ${history} page views.`,
          ...notes.map((note) => `  ${note}`),
        ]
      : [`Creates ${table}.`]),
    accountsLine(accounts),
  ];
}

export function accountsLine({ table, exists, lacks_columns }: MigrationPlan["accounts"]): string {
  if (exists && lacks_columns.length === 0) return `Takes names from ${table}.`;
  const found = exists ? `Finds no ${lacks_columns.join(", ")} in ${table}` : `Finds no ${table}`;
  return `${found}: replace the view analytics_accounts to give visitors their names.`;
}
