import type { ClientBase, Pool } from "pg";
import type { Installation } from "./installation.ts";

// What is pruned stays in oracle.pruned_page_views, as in a twin that keeps everything: the numbers of both are to be the same.

/** An account, sessions and visitor_ids of somebody. */
export type PersonIds = [
  account_id: string | null,
  session_ids: (string | null)[],
  visitor_ids: (string | null)[],
];

/** Those of several people. */
export type PeopleIds = [
  account_ids: (string | null)[],
  session_ids: (string | null)[],
  visitor_ids: (string | null)[],
];

/** Notes the random ids that people get instead of theirs, so that the oracle can give them to the same views. */
export async function logRandomIds(pool: Pick<Pool, "query">): Promise<void> {
  await pool.query(`
    create table oracle.random_ids (nth bigint generated always as identity, id text);
    alter function random_id() rename to random_id_that_nobody_notes;
    do $$ begin
      execute format(
        'create function headcount.random_id() returns %s language sql volatile as
         ''with made as (select headcount.random_id_that_nobody_notes() as id),
           noted as (insert into oracle.random_ids (id) select id::text from made)
         select id from made''',
        (select prorettype::regtype from pg_proc where proname = 'random_id_that_nobody_notes')
      );
    end $$`);
}

/** The first date that is not sealed; null while nothing is. */
export async function sealedBefore(client: ClientBase): Promise<string | null> {
  const { rows } = await client.query<{ date: string | null }>(
    "select sealed_before::text as date from analytics_settings",
  );
  return rows[0]?.date ?? null;
}

export async function isPruned(client: ClientBase): Promise<boolean> {
  return (await sealedBefore(client)) !== null;
}

const viewColumns =
  "entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page, source_no, device_no, owner_id";
const isOnSealedDate = "(viewed_at at time zone oracle.time_zone())::date < oracle.sealed_before()";
const isOfPeople =
  "(account_id = any ($1) or account_id is null and (session_id = any ($2) or visitor_id = any ($3)))";

/** Prunes in steps of some views, and checks that none is left. */
export async function pruneInHistory(client: ClientBase, before: string): Promise<void> {
  await client.query("select seal_months($1)", [before]);
  await client.query(
    `insert into oracle.pruned_page_views select ${viewColumns} from page_views where ${isOnSealedDate}`,
  );
  for (let block = "0", done = false; !done; ) {
    const { rows } = await client.query<{ block: string; done: boolean }>(
      "select block::text as block, done from prune_page_views_step($1, 3)",
      [block],
    );
    ({ block, done } = rows[0] ?? { block, done: true });
  }
  const { rows } = await client.query(`select * from page_views where ${isOnSealedDate}`);
  if (rows.length > 0) throw new Error(`${rows.length} page views were not pruned.`);
}

/** Erases somebody, in steps of two views. */
export async function eraseInHistory(
  client: ClientBase,
  installation: Installation,
  person: PersonIds,
): Promise<void> {
  const ids = await linkedIds(client, person);
  if (await isMixedUp(client, ids)) return;
  await keepLateViews(client, peopleOf(ids));
  for (let done = false; !done; ) {
    const { rows } = await client.query<{ done: boolean }>(
      "select done from erase_person_step($1, $2, $3, 2, gen_random_uuid(), null)",
      ids,
    );
    done = rows[0]?.done ?? true;
  }
  await renameInOracle(client, installation, peopleOf(ids));
}

/** Makes somebody nobody, with all views. */
export async function anonymiseInHistory(
  client: ClientBase,
  installation: Installation,
  person: PersonIds,
): Promise<void> {
  const ids = await linkedIds(client, person);
  if (await isMixedUp(client, ids)) return;
  await keepLateViews(client, peopleOf(ids));
  await client.query("select anonymise_person($1, $2, $3, gen_random_uuid(), null)", ids);
  await renameInOracle(client, installation, peopleOf(ids));
}

function peopleOf([account, ...links]: PersonIds): PeopleIds {
  return [[account], ...links];
}

async function linkedIds(
  client: ClientBase,
  [account_id, session_ids, visitor_ids]: PersonIds,
): Promise<PersonIds> {
  await client.query("truncate oracle.random_ids");
  const { rows } = await client.query<{ session_ids: string[]; visitor_ids: string[] }>(
    `select p_session_ids::text[] as session_ids, p_visitor_ids::text[] as visitor_ids from linked_ids($1, $2, $3)`,
    [[account_id], session_ids, visitor_ids],
  );
  return [account_id, rows[0]?.session_ids ?? [], rows[0]?.visitor_ids ?? []];
}

// Whose a session was of which page views are gone, is not known view by view: one of several people is made anonymous as a whole.
async function isMixedUp(client: ClientBase, [account, sessions]: PersonIds): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from oracle.page_views
     where session_id = any ($2) and account_id is not null and account_id is distinct from $1
       and exists (select from analytics_settings where sealed_before is not null)
     limit 1`,
    [account, sessions],
  );
  return rowCount === 1;
}

/** What came late to a sealed month is pruned with its people, and stays counted. */
export async function keepLateViews(client: ClientBase, ids: PeopleIds): Promise<void> {
  await client.query(
    `insert into oracle.pruned_page_views select ${viewColumns} from page_views where ${isOfPeople} and ${isOnSealedDate}`,
    ids,
  );
}

/** Gives what was pruned the random ids that people got. */
export async function renameInOracle(
  client: ClientBase,
  { sessionId }: Installation,
  [accounts, sessions, visitors]: PeopleIds,
): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    "select id from oracle.random_ids order by nth",
  );
  const made = rows.map(({ id }) => id);
  const names = (ids: (string | null)[], first: number): string =>
    JSON.stringify(Object.fromEntries(ids.map((id, nth) => [id, made[first + nth]])));
  await client.query(
    `update oracle.pruned_page_views set
       visitor_id = (
         case
           when account_id = any ($1) then $2::jsonb ->> account_id::text
           when account_id is null then coalesce($3::jsonb ->> visitor_id::text, visitor_id::text)
           else visitor_id::text
         end
       )::${sessionId},
       session_id = coalesce($4::jsonb ->> session_id::text, session_id::text)::${sessionId},
       account_id = case when account_id = any ($1) then null else account_id end`,
    [
      accounts,
      names(accounts, 0),
      names(visitors, made.length - visitors.length),
      names(sessions, accounts.length),
    ],
  );
}
