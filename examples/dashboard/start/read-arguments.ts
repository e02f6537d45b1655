import { parseArgs } from "node:util";

export interface DashboardArguments {
  help: boolean;
  port: number;
}

/** The command line is not one that the dashboard knows; the message says what is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError" as const;
}

export const usage = `A host app with Headcount in it: charts, visitors and exports for the owners of its pages.

  npm run dashboard
  npm run dashboard -- --port 4000      the port to listen on, 5174 by default
  npm run dashboard -- --help

It keeps a PostgreSQL of its own in examples/dashboard/.data. With DATABASE_URL set, it uses that database instead,
which must be empty or one that it filled itself. Exit codes: 0 stopped, 1 failed, 2 wrong usage.
`;

const defaultPort = 5174;

/** @throws {UsageError} */
export function readArguments(args: readonly string[]): DashboardArguments {
  const { help = false, port } = parse(args);
  return { help, port: port === undefined ? defaultPort : readPort(port) };
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port is "${text}": give a whole number from 0 to 65535.`);
}

function parse(args: readonly string[]): { help?: boolean; port?: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { help: { type: "boolean", short: "h" }, port: { type: "string", short: "p" } },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
