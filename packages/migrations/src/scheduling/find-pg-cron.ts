import { schemaOption } from "../advice/up-command.ts";
import { throwMissingPrivileges } from "../inspection/missing-privileges.ts";
import { MigrationError } from "../migration-error.ts";
import { type Connection, queryOne } from "../session/connection.ts";
import { quoteLiteral } from "../sql-text/quote.ts";
import { jobNames, jobsOf } from "./jobs.ts";

interface FoundPgCron {
  version: string | null;
  available: boolean;
  /** The database that pg_cron lives in; null when that may not be read, or the library is not loaded. */
  home: string | null;
  database: string;
  grant: string | null;
}

interface WhatItIsFor {
  schema: string;
  verb: "schedule" | "unschedule";
}

/** The version of pg_cron in this database. @throws {MigrationError} `pg_cron_missing` or `missing_privilege` */
export async function findPgCron(
  connection: Connection,
  { schema, verb }: WhatItIsFor,
): Promise<string> {
  const found = await queryOne<FoundPgCron>(
    connection,
    `select
       (select e.extversion from pg_extension e where e.extname = 'pg_cron') as version,
       exists (select from pg_available_extensions a where a.name = 'pg_cron') as available,
       (select s.setting from pg_settings s where s.name = 'cron.database_name') as home,
       current_database()::text as database,
       (
         select format('GRANT USAGE ON SCHEMA %I TO %I;', n.nspname, current_user)
         from pg_namespace n
         where n.nspname = 'cron' and not has_schema_privilege(n.oid, 'USAGE')
       ) as grant`,
  );
  const { version, grant } = found;
  if (version === null) {
    const whatToDo = verb === "schedule" ? howToSchedule : howToUnschedule;
    throw new MigrationError("pg_cron_missing", whatToDo(found, schema));
  }
  throwMissingPrivileges(grant === null ? [] : [grant]);
  return version;
}

function howToSchedule({ available, home, database }: FoundPgCron, schema: string): string {
  const otherwise = `or let another scheduler run: npx @headcount/migrations aggregate${schemaOption(schema)}`;
  if (home !== null && home !== database) {
    const calls = jobsOf(schema, "1.5").map(
      ({ name, schedule, command }) =>
        `  SELECT cron.schedule_in_database(${[name, schedule, command, database].map(quoteLiteral).join(", ")});`,
    );
    return `pg_cron of this server lives in the database "${home}", and this is "${database}". Connected to "${home}", run (before pg_cron 1.5 with '* * * * *' for seconds)\n${calls.join("\n")}\n${otherwise}`;
  }
  if (!available) {
    return `This server has no pg_cron: install it (Debian: postgresql-NN-cron), ${otherwise}`;
  }
  return `pg_cron is not installed in the database "${database}": add it to shared_preload_libraries, set cron.database_name to '${database}', restart, and let a superuser run CREATE EXTENSION pg_cron; ${otherwise}`;
}

function howToUnschedule({ home, database }: FoundPgCron, schema: string): string {
  if (home === null || home === database) {
    return `pg_cron is not installed in the database "${database}", so nothing is scheduled there.`;
  }
  const calls = Object.values(jobNames(schema)).map(
    (name) => `  SELECT cron.unschedule(${quoteLiteral(name)});`,
  );
  return `pg_cron of this server lives in the database "${home}", and this is "${database}". What was scheduled from there is taken out there. Connected to "${home}", run\n${calls.join("\n")}`;
}
