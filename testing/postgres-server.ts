/** A running PostgreSQL that tests may make databases on. */
export interface PostgresServer {
  major: number;
  /** Address of its maintenance database, with the right to create databases. */
  url: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    /** One server per major under test, oldest first. */
    postgresServers: PostgresServer[];
    /** The newest of them. */
    postgresUrl: string;
    /** Of this run, in the names of what its tests share. */
    runId: string;
  }
}
