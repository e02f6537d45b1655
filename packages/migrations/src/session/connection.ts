/** One session on the server, whichever driver holds it. */
export interface Connection {
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A connection with settings that migrations can rely on. */
export interface Session extends Connection {
  /** Those schemas on the host's search_path that exist. */
  hostSchemas: readonly string[];
}

/** What {@link migrate} needs of a `pg` Pool; a PGlite pool has it too. */
export interface MigrationPool {
  connect(): Promise<MigrationPoolClient>;
  options?: { max?: number | undefined } | undefined;
}

export interface MigrationPoolClient {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  release(destroy?: boolean | Error): void;
  /** The number that the server gave pg of its process, at the start. */
  processID?: number | null | undefined;
  on?(event: "error", listener: (error: Error) => void): unknown;
  off?(event: "error", listener: (error: Error) => void): unknown;
}

export function connectionOf(client: MigrationPoolClient): Connection {
  return {
    async query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
      const result = await client.query(text, values === undefined ? undefined : [...values]);
      return result.rows as Row[];
    },
  };
}

export async function queryOne<Row>(
  connection: Connection,
  text: string,
  values?: readonly unknown[],
): Promise<Row> {
  const [row] = await connection.query<Row>(text, values);
  if (row === undefined) throw new Error(`The server answered without a row to: ${text}`);
  return row;
}
