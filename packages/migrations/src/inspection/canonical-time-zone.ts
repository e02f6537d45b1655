import { MigrationError } from "../migration-error.ts";
import type { Connection } from "../session/connection.ts";

/**
 * The zone's name as the server writes it: "europe/berlin" is "Europe/Berlin".
 *
 * @throws {MigrationError} `unknown_time_zone`
 */
export async function canonicalTimeZone(connection: Connection, timeZone: string): Promise<string> {
  // Listing the zones makes the server read some 600 files; every server has this one.
  if (timeZone.toUpperCase() === "UTC") return "UTC";
  // Names that only some servers have, and that say nothing elsewhere, are left out.
  const [zone] = await connection.query<{ name: string }>(
    `select name from pg_timezone_names
     where lower(name) = lower($1) and name !~ '^(posix|right)/' and name not in ('localtime', 'posixrules', 'Factory')
     limit 1`,
    [timeZone],
  );
  if (zone !== undefined) return zone.name;
  throw new MigrationError(
    "unknown_time_zone",
    `timeZone ${JSON.stringify(timeZone)} is not a zone that the server knows: give an IANA name such as "Europe/Berlin" or "UTC".`,
    { field: "timeZone" },
  );
}
