import type { ClientBase, Pool } from "pg";

// What a host does to its page views, all day long, from many places at once. Rows that several statements may want
// are locked in the order of their ids, so that whatever deadlocks there are, are not the host's.

const columns = "entity_type, entity_id, account_id, session_id, viewed_at, time_on_page";

const randomViews = `
  create function random_views(p_views integer, p_late interval default '0')
  returns table (entity_type text, entity_id uuid, account_id uuid, session_id uuid, viewed_at timestamptz, time_on_page integer)
  language sql volatile
  as $$
    select
      'article',
      case when random() < 0.9 then md5('entity ' || floor(random() * 4))::uuid end,
      case when random() < 0.3 then md5('account ' || floor(random() * 20))::uuid end,
      case when random() < 0.8 then md5('session ' || floor(random() * 60))::uuid end,
      timestamptz '2026-01-01 00:00+00' + random() * interval '60 days' - p_late,
      case when random() < 0.6 then floor(random() * 90)::integer end
    from generate_series(1, p_views)
  $$`;

/** Makes the function that {@link hostWrites} take their views from. Ids are uuids. */
export async function createRandomViews(pool: Pick<Pool, "query">): Promise<void> {
  await pool.query(randomViews);
}

/** Adds so many random views in one statement. */
export async function addRandomViews(pool: Pick<Pool, "query">, views: number): Promise<void> {
  await pool.query(insertViews, [views, "0"]);
}

const insertViews = `insert into page_views (${columns}) select v.* from random_views($1::integer, $2::interval) v`;
const anyView =
  "(select id from page_views where id >= (select random() * max(id) from page_views) order by id limit 1)";

type HostWrite = (client: Pick<ClientBase, "query">) => Promise<void>;

async function write(client: Parameters<HostWrite>[0], sql: string, ...values: unknown[]) {
  await client.query(sql, values);
}

/** One of everything, the frequent ones several times. */
export const hostWrites: readonly HostWrite[] = [
  (client) => write(client, insertViews, 1, "0"),
  (client) => write(client, insertViews, 1, "0"),
  (client) => write(client, insertViews, 40, "0"),
  (client) => write(client, insertViews, 3, "400 days"),
  (client) => write(client, `update page_views set time_on_page = 12 where id = ${anyView}`),
  (client) =>
    write(
      client,
      `update page_views set viewed_at = viewed_at - interval '30 hours' where id = ${anyView}`,
    ),
  (client) => write(client, `update page_views set entity_id = null where id = ${anyView}`),
  logIn,
  (client) =>
    write(
      client,
      `delete from page_views where id in (select id from page_views where id >= ${anyView} order by id limit 5 for update)`,
    ),
  (client) => inOneTransaction(client, "commit"),
  (client) => inOneTransaction(client, "rollback"),
];

/** Does one of them, whichever comes. */
export async function writeSomething(client: ClientBase): Promise<void> {
  const chosen = hostWrites[Math.floor(Math.random() * hostWrites.length)];
  await chosen?.(client);
}

// The views of a session become those of an account.
function logIn(client: Parameters<HostWrite>[0]): Promise<void> {
  return write(
    client,
    `update page_views set account_id = md5('account ' || floor(random() * 20))::uuid
     where id in (
       select id from page_views
       where account_id is null and session_id = (select md5('session ' || floor(random() * 60))::uuid)
       order by id limit 50 for update
     )`,
  );
}

async function inOneTransaction(
  client: Parameters<HostWrite>[0],
  end: "commit" | "rollback",
): Promise<void> {
  await client.query("begin");
  await client.query(insertViews, [4, "0"]);
  await client.query(
    "update page_views set time_on_page = 5 where id in (select currval('page_views_id_seq') - 1)",
  );
  await client.query("delete from page_views where id = currval('page_views_id_seq')");
  await client.query(end);
}
