import { defaultSchema } from "../default-schema.ts";
import { libraryVersion } from "../generated/library-version.ts";
import { type PrintOptions, printSql } from "../print-sql.ts";
import { type CliContext, type ExitCode, exitCode } from "./cli-command.ts";

export async function print({
  options,
  print: write,
  json,
}: CliContext<PrintOptions>): Promise<ExitCode> {
  const sql = await printSql(options);
  write(json ? JSON.stringify({ sql }) : sql || nothingToDo(options.schema));
  return exitCode.ok;
}

/** A comment, for what is printed is run. In JSON's quotes, a name with a line break cannot leave it. */
function nothingToDo(schema = defaultSchema): string {
  return `-- Nothing to do: the schema ${JSON.stringify(schema)} is up to date with @headcount/migrations ${libraryVersion}.`;
}
