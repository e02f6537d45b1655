/** Exit codes, as the help and docs/installing.md list them. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  pending: 3,
  faults: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
