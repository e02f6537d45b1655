/** The command line is wrong: its sentence says where, in the words that were typed. */
export class UsageError extends Error {
  override readonly name = "UsageError" as const;
}
