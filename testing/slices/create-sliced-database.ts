import type { Pool } from "pg";
import { migrateSource } from "../../packages/migrations/src/running/migrate-source.ts";
import { sliceSource } from "../../packages/migrations/src/sql-source/slice-source.ts";
import type { Installation } from "../histories/installation.ts";
import { installOracle } from "../oracle/install-oracle.ts";
import { createTestDatabase, type TestDatabase } from "../test-database.ts";

interface SlicedDatabaseOptions extends Omit<Installation, "dates"> {
  slices: number;
  serverUrl: string;
  /** The page views that are there before Headcount: their entity_type, entity_id, account_id, session_id, viewed_at and time_on_page. */
  existing?: string;
}

/**
 * Makes a database whose page views are in several tables by their entity, as servers of a cluster have them, each with a slice of Headcount
 * in a schema of its own: `slice_0`, `slice_1` and so on. What is asked of all is in the schema `headcount`, where the oracle looks, and
 * `page_views` is a view of all of these tables that can be written.
 */
export async function createSlicedDatabase(options: SlicedDatabaseOptions): Promise<TestDatabase> {
  const { slices, serverUrl, timeZone, accountId, sessionId, entityId } = options;
  const database = await createTestDatabase(`${slices} slices`, serverUrl);
  const { pool } = database;
  try {
    await pool.query(placesOfIds(options));
    for (let number = 0; number < slices; number += 1) {
      await pool.query(pageViewsOf(number, options));
      if (options.existing !== undefined) {
        await pool.query(`
          insert into shard_${number}.page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
          select v.* from (${options.existing}) v where headcount.slice_of_entity(v.entity_id) = ${number}`);
      }
      await migrateSource(
        { pool, schema: `slice_${number}`, pageViews: `shard_${number}.page_views`, timeZone },
        sliceSource,
        { number: String(number), all: "headcount" },
      );
    }
    await viewAllSlices(pool, slices);
    await pool.query(handedOn(options));
    await pool.query(fetchedViews(options));
    await pool.query(askedByVerifying(options));
    await pool.query(askedByReadingIn(options));
    await pool.query(writablePageViews(slices));
    await pool.query(refsOfVisitors(options));
    const client = await pool.connect();
    // of types, those of one slice
    await client.query("set search_path to public, headcount, slice_0");
    await installOracle({
      pool: client,
      timeZone,
      visitorIdType: accountId === sessionId ? accountId : "text",
      entityIdType: entityId,
    });
    client.release(true);
    return database;
  } catch (error) {
    await database.drop();
    throw error;
  }
}

const placesOfIds = ({ slices, entityId, sessionId }: SlicedDatabaseOptions): string => `
  create schema headcount;
  create sequence page_views_id_seq;
  create function headcount.slice_of_entity(p_entity_id ${entityId}) returns integer language sql immutable
  return case
    -- a page without an entity, also by what stands for it in the rollups
    when coalesce(p_entity_id::text, '') in ('', '00000000-0000-0000-0000-000000000000', '-9223372036854775808') then 0
    else abs(hashtextextended(p_entity_id::text, 1) % ${slices})
  end;
  create function headcount.slice_of_session(p_session_id ${sessionId}) returns integer language sql immutable
  return abs(hashtextextended(p_session_id::text, 2) % ${slices})`;

const pageViewsOf = (
  number: number,
  { entityId, accountId, sessionId }: SlicedDatabaseOptions,
): string => `
  create schema shard_${number};
  create table shard_${number}.page_views (
    id bigint primary key default nextval('page_views_id_seq'),
    entity_type text not null,
    entity_id ${entityId},
    account_id ${accountId},
    session_id ${sessionId},
    viewed_at timestamptz not null default now(),
    referrer_url text,
    time_on_page integer
  )`;

// Each table of the slices as one, with the number of the slice; settings are the same in all, and what sessions are still to hand on to entities is
// in two places.
async function viewAllSlices(pool: Pool, slices: number): Promise<void> {
  const union = (select: (number: number) => string): string =>
    Array.from({ length: slices }, (_, number) => select(number)).join(" union all ");
  const { rows } = await pool.query<{ name: string }>(`
    select relname as name from pg_class
    where relnamespace = 'slice_0'::regnamespace and relkind in ('r', 'v')
      and relname not in ('analytics_settings', 'analytics_accounts', 'entry_changes', 'headcount_migrations')`);
  for (const { name } of rows) {
    await pool.query(
      `create view headcount.${name} as ${union((number) => `select ${number} as slice, t.* from slice_${number}.${name} t`)}`,
    );
  }
  await pool.query(`
    create view headcount.analytics_settings as table slice_0.analytics_settings;
    create view headcount.page_view_rows as ${union((number) => `table shard_${number}.page_views`)};
    create view headcount.entry_changes as
    ${union((number) => `select entity_type, entity_id, date, hour, entries, bounces from slice_${number}.entry_changes`)}
    union all
    select o.entity_type, o.entity_id, o.date, o.hour, o.entries, o.bounces
    from headcount.outgoing_entries o
    left join headcount.fetched_changes f on f.slice = o.for_slice and f.from_slice = o.slice and f.of_entries
    where o.change_id > coalesce(f.through, 0);
    do $$ begin
      execute (
        select format(
          'create function headcount.owner_entity(%s) returns %s language sql immutable return slice_0.owner_entity($1)',
          pg_get_function_arguments(p.oid), p.prorettype::regtype
        )
        from pg_proc p where p.oid = 'slice_0.owner_entity'::regproc
      );
    end $$`);
}

const handedOn = ({ entityId, accountId, sessionId }: SlicedDatabaseOptions): string => `
  create function headcount.fetched_through(p_from_slice integer, p_of_entries boolean) returns table (slice integer, through bigint)
  language sql stable as $$
    select f.slice, f.through from headcount.fetched_changes f
    where f.from_slice = p_from_slice and f.of_entries = p_of_entries
  $$;
  create function headcount.handed_on_changes(p_slice integer, p_through jsonb, p_limit integer) returns table (
    slice integer, change_id bigint, viewed_at timestamptz, time_on_page integer, sign smallint, pages smallint, entity_type text,
    entity_id ${entityId}, account_id ${accountId}, session_id ${sessionId}, visitor_id ${sessionId}, owner_id ${entityId}
  )
  language sql stable as $$
    select o.slice, o.change_id, o.viewed_at, o.time_on_page, o.sign, o.pages, o.entity_type, o.entity_id, o.account_id, o.session_id,
      o.visitor_id, o.owner_id
    from headcount.outgoing_changes o
    where o.for_slice = p_slice and o.change_id > coalesce((p_through ->> o.slice::text)::bigint, 0)
    order by o.slice, o.change_id
    limit p_limit
  $$;
  create function headcount.handed_on_entries(p_slice integer, p_through jsonb, p_limit integer) returns table (
    slice integer, change_id bigint, date date, hour smallint, entries integer, bounces integer, entity_type text, entity_id ${entityId}
  )
  language sql stable as $$
    select o.slice, o.change_id, o.date, o.hour, o.entries, o.bounces, o.entity_type, o.entity_id
    from headcount.outgoing_entries o
    where o.for_slice = p_slice and o.change_id > coalesce((p_through ->> o.slice::text)::bigint, 0)
    order by o.slice, o.change_id
    limit p_limit
  $$`;

const fetchedViews = ({
  slices,
  entityId,
  accountId,
  sessionId,
}: SlicedDatabaseOptions): string => `
  create function headcount.fetched_views(p_session_ids ${sessionId}[], p_through jsonb) returns table (
    session_id ${sessionId}, entity_type text, entity_id ${entityId}, owner_id ${entityId}, viewed_at timestamptz, account_id ${accountId}, views bigint, time_total bigint
  )
  language sql stable as $$
    ${Array.from(
      { length: slices },
      (_, number) =>
        `select * from slice_${number}.handed_on_views(p_session_ids, coalesce((p_through ->> '${number}')::bigint, 0))`,
    ).join(" union all ")}
  $$`;

// What stands for no entity in rollups.
const noEntity = {
  bigint: "-9223372036854775808",
  text: "''",
  uuid: "'00000000-0000-0000-0000-000000000000'",
};

// What verifying asks of all slices.
const askedByVerifying = ({ entityId, accountId, sessionId }: SlicedDatabaseOptions): string => `
  create function headcount.fetched_entries(
    p_slice integer, p_entity_type text, p_entity_ids ${entityId}[], p_time_zone text, p_through jsonb
  )
  returns table (entity_id ${entityId}, date date, hour smallint, entries bigint, bounces bigint)
  language sql stable as $$
    select e.entity_id, e.date, e.hour, sum(e.entries), sum(e.bounces)
    from (
      select s.entry_entity_id as entity_id, (s.first_seen_at at time zone p_time_zone)::date as date,
        extract(hour from s.first_seen_at at time zone p_time_zone)::smallint as hour, 1 as entries,
        (s.total_views = 1 and s.time_total < 10)::integer as bounces
      from headcount.visitor_sessions s
      where s.total_views > 0 and s.entry_entity_type = p_entity_type and s.entry_entity_id = any (p_entity_ids)
      union all
      select o.entity_id, o.date, o.hour, -o.entries, -o.bounces
      from headcount.outgoing_entries o
      where o.for_slice = p_slice and o.entity_type = p_entity_type and o.entity_id = any (p_entity_ids)
        and o.change_id > coalesce((p_through ->> o.slice::text)::bigint, 0)
    ) e
    group by 1, 2, 3
  $$;
  create function headcount.fetched_views_between(p_slice integer, p_first_id ${sessionId}, p_last_id ${sessionId}, p_through jsonb)
  returns table (
    session_id ${sessionId}, entity_type text, entity_id ${entityId}, account_id ${accountId}, viewed_at timestamptz, time_on_page bigint,
    views integer
  )
  language sql stable as $$
    select v.*
    from (
      select p.session_id, p.entity_type, coalesce(p.entity_id, ${noEntity[entityId]}), p.account_id, p.viewed_at,
        slice_0.counted_time(p.time_on_page)::bigint, 1
      from headcount.page_view_rows p
      where slice_0.why_left_out(p.entity_type, p.entity_id, p.account_id, p.session_id, null, p.viewed_at) is null
      union all
      select q.session_id, q.entity_type, q.entity_id, q.account_id, q.viewed_at, q.time_on_page, -q.sign
      from headcount.page_view_changes q
      union all
      select o.session_id, o.entity_type, o.entity_id, o.account_id, o.viewed_at, o.time_on_page, -o.sign
      from headcount.outgoing_changes o
      where o.for_slice = p_slice and o.change_id > coalesce((p_through ->> o.slice::text)::bigint, 0)
    ) v (session_id)
    where v.session_id between p_first_id and p_last_id and headcount.slice_of_session(v.session_id) = p_slice
  $$;
  create function headcount.sessions_with_views(p_slice integer, p_after ${sessionId}, p_limit integer)
  returns table (session_id ${sessionId})
  language sql stable as $$
    select p.session_id from headcount.page_view_rows p
    where (p_after is null or p.session_id > p_after) and headcount.slice_of_session(p.session_id) = p_slice
    order by 1
    limit p_limit
  $$`;

// What reading in asks of all slices.
const askedByReadingIn = ({ entityId, sessionId }: SlicedDatabaseOptions): string => `
  create function headcount.lost_session(
    p_session_ids ${sessionId}[], p_start_date date, p_end_date date, p_time_zone text, out session_id ${sessionId}, out date date
  )
  language sql stable as $$
    select s.session_id, s.date
    from (
      select s.session_id, s.entry_entity_type, s.entry_entity_id, s.first_seen_at, (s.first_seen_at at time zone p_time_zone)::date as date
      from headcount.visitor_sessions s
      where s.session_id = any (p_session_ids) and s.total_views > 0
    ) s
    where s.date not between p_start_date and p_end_date
      and (s.session_id, s.first_seen_at) not in (
        select v.session_id, v.viewed_at from headcount.page_view_rows v where v.session_id = any (p_session_ids)
      )
      and exists (
        select 1 from headcount.analytics_days d
        where d.entity_type = s.entry_entity_type and d.entity_id = s.entry_entity_id and d.date = s.date and d.views > 0
      )
      and (s.entry_entity_type, s.entry_entity_id, s.date) not in (
        select v.entity_type, coalesce(v.entity_id, ${noEntity[entityId]}), (v.viewed_at at time zone p_time_zone)::date
        from (
          select v.entity_type, v.entity_id, v.viewed_at from headcount.page_view_rows v
          union all
          select q.entity_type, q.entity_id, q.viewed_at from headcount.page_view_changes q where q.sign < 0
          union all
          select c.entity_type, c.entity_id, c.viewed_at from headcount.set_aside_changes c where c.sign < 0
        ) v
      )
    limit 1
  $$`;

// Each slice has a secret of its own, by which refs are made.
const refsOfVisitors = ({ entityId }: SlicedDatabaseOptions): string => `
  create function headcount.refs_of_visitors(p_entity_type text, p_entity_id ${entityId}, p_visitors slice_0.listed_visitor[])
  returns table (ref text) language plpgsql stable as $$
  declare
    v_slice integer := headcount.slice_of_entity(p_entity_id);
  begin
    return query execute format(
      'select r.ref from slice_%1$s.refs_of_visitors($1, $2, $3::slice_%1$s.listed_visitor[]) r', v_slice
    ) using p_entity_type, p_entity_id, p_visitors::text;
  end $$`;

const writablePageViews = (slices: number): string => `
  create view page_views as
  ${Array.from({ length: slices }, (_, number) => `table shard_${number}.page_views`).join(" union all ")};
  alter view page_views alter id set default nextval('page_views_id_seq'), alter viewed_at set default now();
  create function write_page_view() returns trigger language plpgsql as $$
  begin
    if tg_op <> 'INSERT' then
      execute format('delete from shard_%s.page_views where id = $1', headcount.slice_of_entity(old.entity_id)) using old.id;
    end if;
    if tg_op <> 'DELETE' then
      execute format('insert into shard_%s.page_views select ($1).*', headcount.slice_of_entity(new.entity_id)) using new;
      return new;
    end if;
    return old;
  end $$;
  create trigger write_page_view instead of insert or update or delete on page_views
    for each row execute function write_page_view()`;
