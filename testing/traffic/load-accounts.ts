import type { ClientBase, Pool } from "pg";
import { shapeSql, type TrafficShape } from "./traffic-shape.ts";

interface LoadAccountsOptions {
  /** How many page views the data set has. */
  size: number;
  shape: TrafficShape;
}

/**
 * Makes the host's table of accounts for a data set of {@link loadPageViews}: one in 13 has the first name Ada, and the
 * username of each ends in the number of its visitor.
 */
export async function loadAccounts(
  client: ClientBase | Pool,
  { size, shape }: LoadAccountsOptions,
): Promise<void> {
  const { visitors, isAccount } = shapeSql[shape];
  await client.query(
    "create table accounts (id uuid primary key, username text not null, first_name text, last_name text)",
  );
  await client.query(
    `insert into accounts
     select md5('account ' || visitor)::uuid, lower(first_name) || '.' || lower(last_name) || visitor, first_name, last_name
     from generate_series(0::bigint, $1::bigint - 1) as visitor
     cross join lateral (select
       (array['Ada', 'Ben', 'Chiara', 'Diego', 'Elif', 'Farah', 'Goran', 'Hana', 'Ivo', 'Jana', 'Kofi', 'Lena', 'Mateo'])[1 + visitor % 13] as first_name,
       (array['Adeyemi', 'Bauer', 'Costa', 'Dubois', 'Eriksen', 'Ferrari', 'Garcia', 'Haddad', 'Ito', 'Jansen', 'Kowalski'])[1 + visitor % 11] as last_name
     ) n
     where ${isAccount}`,
    [Math.max(2, visitors(size))],
  );
}
