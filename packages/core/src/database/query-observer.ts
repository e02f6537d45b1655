import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from "kysely";
import type { AnalyticsError } from "../errors.ts";

/** A statement that was sent: never its values. */
export interface QueryEvent {
  /** With `$1` for each value. */
  sql: string;
  /** From asking for a connection to the last row, in milliseconds. */
  duration_ms: number;
  /** How many came; 0 when it failed. */
  rows: number;
  /** Why it failed; null when it did not. */
  error: AnalyticsError | null;
}

/** Travels with a Kysely instance to the transactions that are made of it, and changes nothing. */
export class QueryObserver implements KyselyPlugin {
  readonly #onQuery: (event: QueryEvent) => void;

  constructor(onQuery: (event: QueryEvent) => void) {
    this.#onQuery = onQuery;
  }

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }

  /** A statement is not to fail for what a log does. */
  note(event: QueryEvent): void {
    try {
      this.#onQuery(event);
    } catch {
      // the host's, which gets the error
    }
  }
}
