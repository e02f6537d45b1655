/** One numbered SQL file, as the generated module carries it. */
export interface MigrationFile {
  version: number;
  name: string;
  sql: string;
  /** SHA-256 of the file's text, in hex. */
  checksum: string;
  /** "none" for a file that cannot run in a transaction: its statements run one by one. */
  transaction: "per-file" | "none";
  /** The file is one SELECT, run again and again until it says that it is done. */
  repeat: boolean;
}

export function migrationFileName(file: Pick<MigrationFile, "version" | "name">): string {
  return `${String(file.version).padStart(4, "0")}_${file.name}.sql`;
}
