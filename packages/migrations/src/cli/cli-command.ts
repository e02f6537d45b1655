import type { InstallationOptions } from "../migration-options.ts";

/** Exit codes, as the usage text and docs/installing.md list them. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  pending: 3,
  faults: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** What every verb gets. */
export interface CliContext<Options = InstallationOptions> {
  options: Options;
  json: boolean;
  dryRun: boolean;
  check: boolean;
  /** Of a rebuild: both, or neither. */
  dates: { from: string | undefined; to: string | undefined };
  /** Of verifying rollups. */
  sample: number | undefined;
  seed: number | undefined;
  signal: AbortSignal;
  /** Writes a line of the answer. */
  print: (line: string) => void;
  /** Writes a line about the progress. */
  note: (line: string) => void;
}

export type CliCommand = (context: CliContext) => Promise<ExitCode>;
