import { type PrintOptions, printSql } from "../print-sql.ts";
import { type CliContext, type ExitCode, exitCode } from "./cli-command.ts";

export async function print({
  options,
  print: write,
  json,
}: CliContext<PrintOptions>): Promise<ExitCode> {
  const sql = await printSql(options);
  write(json ? JSON.stringify({ sql }) : sql);
  return exitCode.ok;
}
