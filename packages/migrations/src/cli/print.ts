import { defaultSchema } from "../default-schema.ts";
import { libraryVersion } from "../generated/library-version.ts";
import { type PrintOptions, printSql } from "../print-sql.ts";
import { defineVerb, installationOptions, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";

export const print: Verb = defineVerb({
  name: "print",
  summary: "print the SQL that up would run; without a database, that of a fresh installation",
  options: installationOptions,
  run: runPrint,
  runWithoutDatabase: runPrint,
});

async function runPrint({
  options,
  print: write,
  json,
}: VerbContext<PrintOptions>): Promise<ExitCode> {
  const sql = await printSql(options);
  write(json ? JSON.stringify({ sql }) : sql || nothingToDo(options.schema));
  return exitCode.ok;
}

/** A comment, because what is printed is run. In JSON's quotes, a name with a line break cannot leave it. */
function nothingToDo(schema = defaultSchema): string {
  return `-- Nothing to do: the schema ${JSON.stringify(schema)} is up to date with @headcount/migrations ${libraryVersion}.`;
}
