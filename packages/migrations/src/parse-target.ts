import { defaultSchema } from "./default-schema.ts";
import { MigrationError } from "./migration-error.ts";
import type { InstallationOptions, InstallationTarget, WantedTable } from "./migration-options.ts";
import { type ColumnNames, namedColumns } from "./sql-text/page-view-columns.ts";

const maxNameBytes = 63;

/** @throws {MigrationError} `invalid_input`, naming the option, its value and what is allowed */
export function parseTarget(options: Omit<InstallationOptions, "pool">): InstallationTarget {
  checkOptionNames(options);
  const {
    schema = defaultSchema,
    timeZone,
    pageViews,
    accounts = "accounts",
    columns,
    entityType,
    partition,
  } = options;
  checkSchemaName(schema);
  if (timeZone !== undefined) checkText("timeZone", timeZone);
  if (entityType !== undefined) checkText("entityType", entityType);
  if (partition !== undefined && partition !== "monthly") {
    throw invalid("partition", partition, 'must be "monthly", or be left out');
  }
  return {
    schema,
    timeZone,
    pageViews: pageViews === undefined ? undefined : parseTableName("pageViews", pageViews),
    accounts: parseTableName("accounts", accounts),
    columns: columns === undefined ? undefined : parseColumns(columns),
    entityType,
    partition,
  };
}

/** @throws {MigrationError} `invalid_input` when no schema of a host's can have this name */
export function checkSchemaName(schema: string): void {
  checkName("schema", schema);
  if (/^pg_|^information_schema$/.test(schema)) {
    throw invalid("schema", schema, "belongs to Postgres: choose a schema of your own");
  }
}

// The options of all functions; which function takes which, the types say.
const optionNames = [
  "pool",
  "schema",
  "timeZone",
  "pageViews",
  "accounts",
  "columns",
  "entityType",
  "partition",
  "dryRun",
  "onProgress",
  "signal",
  "concurrency",
  "lockTimeoutMs",
  "lockAttempts",
];

// A slip of the pen in `schema` would install into another one, and a time zone is never changed.
function checkOptionNames(options: object): void {
  const unknown = Object.keys(options).find((name) => !optionNames.includes(name));
  if (unknown === undefined) return;
  const known = optionNames.join(", ");
  throw new MigrationError("invalid_input", `${unknown} is not an option: give some of ${known}.`, {
    field: unknown,
  });
}

/** @throws {MigrationError} `invalid_input` when the value is not a whole number of at least 1 */
export function parseCount(field: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= 2 ** 31 - 1) return value;
  throw invalid(field, value, "must be a whole number from 1 to 2147483647");
}

function parseColumns(columns: ColumnNames): ColumnNames {
  if (typeof columns !== "object" || columns === null) {
    throw invalid("columns", columns, 'must be an object, as { viewed_at: "created_at" }');
  }
  for (const [ours, name] of Object.entries(columns)) {
    if (!(namedColumns as readonly string[]).includes(ours)) {
      throw invalid("columns", ours, `is not one of ${namedColumns.join(", ")}`);
    }
    checkName(`columns.${ours}`, name);
  }
  const names = Object.entries(columns).filter(([ours, name]) => ours !== name);
  const twice = names.find(([, name], nth) => names.findIndex((other) => other[1] === name) < nth);
  if (twice !== undefined) throw invalid("columns", twice[1], "is given for two columns");
  return Object.fromEntries(names);
}

const part = /"(?:[^"]|"")+"|[^".][^.]*/.source;
const tableName = new RegExp(`^(?:(${part})\\.)?(${part})$`);

function parseTableName(field: string, value: string): WantedTable {
  checkText(field, value);
  const match = tableName.exec(value);
  if (match === null) {
    throw invalid(
      field,
      value,
      'must be "table" or "schema.table", with double quotes around a part that has a dot',
    );
  }
  const [schema, name] = [match[1], match[2]].map((text) => text && unquote(text));
  if (schema !== undefined) checkName(field, schema);
  checkName(field, name ?? "");
  return { schema, name: name ?? "" };
}

function unquote(text: string): string {
  return text.startsWith('"') && text.endsWith('"') && text.length > 1
    ? text.slice(1, -1).replaceAll('""', '"')
    : text;
}

function checkName(field: string, value: string): void {
  checkText(field, value);
  if (Buffer.byteLength(value) > maxNameBytes) {
    throw invalid(
      field,
      value,
      `is longer than the ${maxNameBytes} bytes that Postgres keeps of a name`,
    );
  }
  // Names are written into function bodies, which are quoted with $$.
  if (value.includes("$$")) throw invalid(field, value, "must not contain $$");
}

function checkText(field: string, value: string): void {
  if (typeof value !== "string") throw invalid(field, value, "must be a string");
  if (value === "") throw invalid(field, value, "must not be empty");
  if (value.includes("\0")) throw invalid(field, value, "must not contain a NUL character");
}

function invalid(field: string, value: unknown, problem: string): MigrationError {
  return new MigrationError("invalid_input", `${field} ${JSON.stringify(value)} ${problem}.`, {
    field,
  });
}
