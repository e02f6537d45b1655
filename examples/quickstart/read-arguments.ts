import { resolve } from "node:path";
import { parseArgs } from "node:util";

export interface DemoArguments {
  help: boolean;
  /** Absolute. */
  accessLog?: string;
}

/** The command line is not one that the demo knows; the message says what is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError" as const;
}

export const usage = `Shows who viewed a page, how many, and when: on made-up traffic, or on a web server's access log.

  npm run demo
  npm run demo -- --access-log FILE     FILE in the combined format of Apache or nginx, also packed by gzip
  npm run demo -- --help

It starts a PostgreSQL of its own in a temporary folder and removes it again. With HEADCOUNT_TEST_DATABASE_URL set, it
makes a temporary database on that server instead. Exit codes: 0 done, 1 failed, 2 wrong usage.
`;

/**
 * Reads the command line.
 *
 * @param directory what a relative FILE is relative to: npm starts scripts elsewhere than the user stands
 * @throws {UsageError}
 */
export function readArguments(
  args: readonly string[],
  directory: string = process.env["INIT_CWD"] ?? process.cwd(),
): DemoArguments {
  const { help = false, "access-log": file } = parse(args);
  if (file === "") throw new UsageError('--access-log is empty: give a file, "--access-log FILE".');
  return file === undefined ? { help } : { help, accessLog: resolve(directory, file) };
}

function parse(args: readonly string[]): { help?: boolean; "access-log"?: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { help: { type: "boolean", short: "h" }, "access-log": { type: "string" } },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
