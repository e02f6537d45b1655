/** One numbered file of sql/changes, as the generated module carries it. */
export interface Change {
  version: number;
  name: string;
  sql: string;
  /**
   * "shared" for all that is applied together, "own" for a file that is applied before the others, as it locks the
   * host's table, and "none" for one that cannot run in a transaction: its statements run one by one.
   */
  transaction: "shared" | "own" | "none";
  /** The file is one SELECT, run again and again until it says that it is done. */
  repeat: boolean;
}

/** `0003_tables`: how a change is called in the ledger's messages and in reports. */
export function changeName({ version, name }: Pick<Change, "version" | "name">): string {
  return `${String(version).padStart(4, "0")}_${name}`;
}

/** Where its text is, below sql/. */
export function changeFile(change: Pick<Change, "version" | "name">): string {
  return `changes/${changeName(change)}.sql`;
}
