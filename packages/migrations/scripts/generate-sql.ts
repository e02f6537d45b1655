// Writes the SQL files into src/generated, so that nothing reads files at run time, and docs/what-is-stored.md.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checksumOfParts } from "../src/sql-source/checksum.ts";
import type { SqlPart } from "../src/sql-source/sql-source.ts";
import { expectedObjectsOf } from "./expected-objects.ts";
import { readReleases } from "./read-releases.ts";
import { readAttachments, readChanges, readFunctions, readReplay } from "./read-source.ts";
import { storedTablesText } from "./stored-tables.ts";

const root = join(import.meta.dirname, "..");
const generatedFolder = join(root, "src", "generated");
const coreFolder = join(root, "..", "core", "src", "generated");
const header = "// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.\n";

const libraryVersion = packageVersion();
const changes = readChanges();
const functions = readFunctions();
const attachments = readAttachments();
const releases = readReleases(join(root, "releases.txt"), libraryVersion);

for (const folder of [generatedFolder, coreFolder]) mkdirSync(folder, { recursive: true });
writeList("changes", { type: "Change", from: "change" }, changes);
writeList("functions", { type: "SqlFunction", from: "sql-source" }, functions);
writeList("attachments", { type: "SqlPart", from: "sql-source" }, attachments);
writeList("slice-changes", { type: "Change", from: "change" }, readChanges("slices/changes"));
writeList(
  "slice-functions",
  { type: "SqlFunction", from: "sql-source" },
  readFunctions("slices/functions"),
);
writeList(
  "slice-attachments",
  { type: "SqlPart", from: "sql-source" },
  readAttachments("slices/attach"),
);
writeList("citus-changes", { type: "Change", from: "change" }, readChanges("citus/changes"));
writeList(
  "citus-functions",
  { type: "SqlFunction", from: "sql-source" },
  readFunctions("citus/functions"),
);
writeList(
  "citus-attachments",
  { type: "SqlPart", from: "sql-source" },
  readAttachments("citus/attach"),
);
writeGenerated(
  generatedFolder,
  "replay.ts",
  `import type { SqlPart } from "../sql-source/sql-source.ts";

export const before: SqlPart = ${objectSource(readReplay("before"))};

export const after: SqlPart = ${objectSource(readReplay("after"))};
`,
);
writeGenerated(
  generatedFolder,
  "expected-objects.ts",
  `import type { ExpectedObject } from "../expected-object.ts";

export const expectedObjects: readonly ExpectedObject[] = [
${expectedObjectsOf({ changes, functions, attachments })
  .map(({ kind, name, file }) => `  { kind: "${kind}", name: "${name}", file: "${file}" },\n`)
  .join("")}];
`,
);
writeGenerated(
  generatedFolder,
  "library-version.ts",
  `export const libraryVersion = ${JSON.stringify(libraryVersion)};\n`,
);
writeGenerated(
  generatedFolder,
  "releases.ts",
  `/** The versions of this package that were released, and this one, in their order. */
export const releases: readonly string[] = [${releases.map((version) => JSON.stringify(version)).join(", ")}];
`,
);
writeGenerated(
  coreFolder,
  "required-functions.ts",
  `/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: ${releases.length},
  library_version: ${JSON.stringify(libraryVersion)},
  checksum: "${checksumOfParts(functions)}",
};
`,
);

const whatIsStored = join(root, "../../docs/what-is-stored.md");
writeFileSync(
  whatIsStored,
  readFileSync(whatIsStored, "utf8").replace(
    /(<!-- stored tables -->\n)[^]*?(<!-- \/stored tables -->)/,
    (_, before: string, after: string) => `${before}\n${storedTablesText()}\n\n${after}`,
  ),
);

function writeList(
  name: string,
  { type, from }: { type: string; from: string },
  list: readonly object[],
): void {
  writeGenerated(
    generatedFolder,
    `${name}.ts`,
    `import type { ${type} } from "../sql-source/${from}.ts";

export const ${name.replace(/-(\w)/, (_, letter: string) => letter.toUpperCase())}: readonly ${type}[] = [
${list.map((item) => `  ${objectSource(item)},\n`).join("")}];
`,
  );
}

function objectSource(item: object | SqlPart): string {
  const fields = Object.entries(item).map(([key, value]: [string, unknown]) => {
    if (key !== "sql") return `    ${key}: ${JSON.stringify(value)},\n`;
    return `    sql: \`${String(value).replace(/[\\`]|\$\{/g, "\\$&")}\`,\n`;
  });
  return `{\n${fields.join("")}  }`;
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) {
    return String(manifest.version);
  }
  throw new Error("package.json has no version.");
}

function writeGenerated(folder: string, fileName: string, body: string): void {
  writeFileSync(join(folder, fileName), `${header}${body}`);
}
