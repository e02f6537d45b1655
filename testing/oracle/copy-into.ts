import { Client, type Connection, type Submittable } from "pg";

/** Runs `COPY target FROM STDIN` with rows in the text format. */
export async function copyInto(url: string, target: string, rows: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await new Promise<void>((resolve, reject) => {
      client.query(new Copy(`copy ${target} from stdin`, rows, resolve, reject));
    });
  } finally {
    await client.end();
  }
}

interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

// The few words of the protocol that pg leaves to the code that copies.
class Copy implements Submittable {
  readonly #statement: string;
  readonly #rows: string;
  readonly #resolve: () => void;
  readonly handleError: (error: Error) => void;

  constructor(
    statement: string,
    rows: string,
    resolve: () => void,
    reject: (error: Error) => void,
  ) {
    this.#statement = statement;
    this.#rows = rows;
    this.#resolve = resolve;
    this.handleError = reject;
  }

  submit(connection: Connection): void {
    connection.query(this.#statement);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(Buffer.from(this.#rows));
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#resolve();
  }
}
