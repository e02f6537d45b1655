// Writes the SQL files and their checksums into src/generated, so that nothing reads files at run time.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MigrationFile } from "../src/migration-file.ts";
import { renderSql } from "../src/sql-text/render-sql.ts";
import { expectedObjectsOf } from "./expected-objects.ts";

const root = join(import.meta.dirname, "..");
const sqlFolder = join(root, "sql");
const generatedFolder = join(root, "src", "generated");
const header = "// Generated from sql/ by scripts/generate-migrations.ts. Do not edit.\n";

const migrations = readdirSync(sqlFolder)
  .filter((fileName) => fileName.endsWith(".sql"))
  .toSorted()
  .map((fileName, index) => readMigration(fileName, index + 1));

mkdirSync(generatedFolder, { recursive: true });
writeGenerated(
  "migrations.ts",
  `import type { MigrationFile } from "../migration-file.ts";

export const migrations: readonly MigrationFile[] = [
${migrations.map(migrationSource).join("")}];
`,
);
writeGenerated(
  "expected-objects.ts",
  `import type { ExpectedObject } from "../expected-object.ts";

export const expectedObjects: readonly ExpectedObject[] = [
${expectedObjectsOf(migrations)
  .map(
    ({ kind, name, version }) => `  { kind: "${kind}", name: "${name}", version: ${version} },\n`,
  )
  .join("")}];
`,
);
writeGenerated(
  "library-version.ts",
  `export const libraryVersion = ${JSON.stringify(packageVersion())};\n`,
);

function readMigration(fileName: string, version: number): MigrationFile {
  const match = /^(\d{4})_(\w+)\.sql$/.exec(fileName);
  if (match?.[2] === undefined || Number(match[1]) !== version) {
    throw new Error(
      `sql/${fileName} should be numbered ${String(version).padStart(4, "0")} and named NNNN_name.sql.`,
    );
  }
  const sql = readFileSync(join(sqlFolder, fileName), "utf8");
  const headerLine = /^--! (.*)$/m.exec(sql.split("\n", 1)[0] ?? "")?.[1];
  if (
    headerLine !== undefined &&
    !["transaction: none", "repeat: until done"].includes(headerLine)
  ) {
    throw new Error(`sql/${fileName} has the unknown header "--! ${headerLine}".`);
  }
  checkPlaceholders(fileName, sql);
  return {
    version,
    name: match[2],
    sql,
    checksum: createHash("sha256").update(sql).digest("hex"),
    transaction: headerLine === "transaction: none" ? "none" : "per-file",
    repeat: headerLine === "repeat: until done",
  };
}

function checkPlaceholders(fileName: string, sql: string): void {
  const table = { schema: "schema", name: "table" };
  try {
    renderSql(sql, {
      schema: "schema",
      pageViews: table,
      accounts: table,
      timeZone: "UTC",
      concurrently: true,
      pageViewIdType: "uuid",
      entityIdType: "uuid",
      accountIdType: "uuid",
      sessionIdType: "uuid",
    });
  } catch (cause) {
    throw new Error(`sql/${fileName} cannot be rendered.`, { cause });
  }
}

function migrationSource(migration: MigrationFile): string {
  const sql = migration.sql.replace(/[\\`]|\$\{/g, "\\$&");
  return `  {
    version: ${migration.version},
    name: "${migration.name}",
    checksum: "${migration.checksum}",
    transaction: "${migration.transaction}",
    repeat: ${migration.repeat},
    sql: \`${sql}\`,
  },
`;
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) {
    return String(manifest.version);
  }
  throw new Error("package.json has no version.");
}

function writeGenerated(fileName: string, body: string): void {
  writeFileSync(join(generatedFolder, fileName), `${header}${body}`);
}
