import type { ClientBase } from "pg";

/** A request on its way to a session. */
export interface ClientRequest {
  /** Where it stands in the log: what orders requests of the same second. */
  line: number;
  client: string;
  at: Date;
  /** Absent when the request is not a page view, but only a sign that its client is still there. */
  path?: string | undefined;
  referrer?: string | undefined;
  referrerHost?: string | undefined;
}

/** Makes the table that holds the requests until sessions are made of them; it goes with the connection. */
export async function createLoggedRequests(client: ClientBase): Promise<void> {
  await client.query(`
    create temporary table logged_requests (
      line bigint not null,
      client uuid not null,
      at timestamptz not null,
      path text,
      referrer text,
      referrer_host text
    )`);
}

/** Adds requests in one statement. */
export async function storeLoggedRequests(
  client: ClientBase,
  requests: readonly ClientRequest[],
): Promise<void> {
  await client.query(
    `insert into logged_requests (line, client, at, path, referrer, referrer_host)
     select * from unnest($1::bigint[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])`,
    [
      requests.map(({ line }) => line),
      requests.map((request) => request.client),
      requests.map(({ at }) => at.toISOString()),
      requests.map(({ path }) => path ?? null),
      requests.map(({ referrer }) => referrer ?? null),
      requests.map(({ referrerHost }) => referrerHost ?? null),
    ],
  );
}
