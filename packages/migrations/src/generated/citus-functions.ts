// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
import type { SqlFunction } from "../sql-source/sql-source.ts";

export const citusFunctions: readonly SqlFunction[] = [
  {
    name: "account_object",
    file: "citus/functions/accounts.sql",
    line: 1,
    sql: `-- Accounts on Citus. Where the host has them is the host's to say: on all servers, in shards of their own, or on the coordinator. So the coordinator
-- alone reads them, and never in one statement with what a shard answers. What has the name of a function of one Postgres answers as that one does.

-- A row of the host's view as an object, in SQL: with all the columns it has by now. A row as such loses the names of its columns on Citus.
create or replace function :schema.account_object() returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select string_agg(
      format('pg_catalog.jsonb_build_object(%L, a.%I)', t.attname, t.attname), ' operator(pg_catalog.||) ' order by t.attnum
    )
    from pg_attribute t
    where t.attrelid = (:'schema' || '.analytics_accounts')::regclass and t.attnum > 0 and not t.attisdropped
  );
end
$$;`,
  },
  {
    name: "rows_of_accounts",
    file: "citus/functions/accounts.sql",
    line: 20,
    sql: `-- The rows of the host's view that these accounts have. Like all that asks the view, this has no search_path of its own, for functions of the host's,
-- and so says nothing that could be found on another one.
create or replace function :schema.rows_of_accounts(p_account_ids :account_id_type[])
returns table (account_id :account_id_type, account jsonb)
language plpgsql stable
as $$
begin
  return query execute pg_catalog.format(
    'select a.account_id, %s from :schema.analytics_accounts a where a.account_id operator(pg_catalog.=) any ($1)', :schema.account_object()
  ) using p_account_ids;
end
$$;`,
  },
  {
    name: "accounts_like",
    file: "citus/functions/accounts.sql",
    line: 33,
    sql: `-- Which of these accounts, or of all when they are NULL, have a username or a display name like this?
create or replace function :schema.accounts_like(p_pattern text, p_account_ids :account_id_type[]) returns setof :visitor_id_type
language plpgsql stable
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
  select a.account_id:::visitor_id_type from :schema.analytics_accounts a
  where (p_account_ids is null or a.account_id operator(pg_catalog.=) any (p_account_ids))
    and (a.username operator(pg_catalog.~~*) p_pattern or a.display_name operator(pg_catalog.~~*) p_pattern);
end
$$;`,
  },
  {
    name: "named_visitors",
    file: "citus/functions/accounts.sql",
    line: 46,
    sql: `create or replace function :schema.named_visitors(p_visitors :schema.listed_visitor[])
returns table (place bigint, username text, display_name text)
language sql stable
begin atomic
  select distinct on (u.ordinality)
    u.ordinality, a.account ->> 'username', coalesce(a.account ->> 'display_name', a.account ->> 'username', 'Anonymous')
  from unnest(p_visitors) with ordinality u
  left join :schema.rows_of_accounts(
    array(select v.visitor_id:::account_id_type from unnest(p_visitors) v where v.kind = 'a')
  ) a on a.account_id = case when u.kind = 'a' then u.visitor_id:::account_id_type end
  order by u.ordinality, a.account ->> 'username', a.account ->> 'display_name';
end;`,
  },
  {
    name: "attributes_of_visitors",
    file: "citus/functions/accounts.sql",
    line: 59,
    sql: `create or replace function :schema.attributes_of_visitors(p_visitors :schema.listed_visitor[], p_attributes text[]) returns text
language sql stable
begin atomic
  select json_agg(v.viewer order by v.nth)::text
  from (
    select distinct on (u.ordinality)
      u.ordinality as nth,
      case
        when u.kind in ('a', 'n') then (select json_object_agg(n.name, a.account ->> n.name order by n.nth) from unnest(p_attributes) with ordinality n (name, nth))
        else '{}'
      end as viewer
    from unnest(p_visitors) with ordinality u
    left join :schema.rows_of_accounts(
      array(select v.visitor_id:::account_id_type from unnest(p_visitors) v where v.kind in ('a', 'n'))
    ) a on a.account_id = case when u.kind in ('a', 'n') then u.visitor_id:::account_id_type end
    order by u.ordinality, a.account ->> 'username', a.account ->> 'display_name'
  ) v;
end;`,
  },
  {
    name: "shown_visitors",
    file: "citus/functions/accounts.sql",
    line: 78,
    sql: `create or replace function :schema.shown_visitors(p_visitors :schema.listed_visitor[], p_only_named boolean)
returns :schema.listed_visitor[]
language sql stable
begin atomic
  select coalesce(
    array_agg(
      row(
        case when v.kind <> 'a' or a.is_named then v.kind else 'n' end, v.visitor_id, v.visit_count, v.days_visited, v.first_visit,
        v.last_visit, v.avg_time_on_page
      ):::schema.listed_visitor
      order by v.ordinality
    ), '{}'
  )
  from unnest(p_visitors) with ordinality v
  left join (
    select
      r.account_id, bool_and(r.account ->> 'visibility' is not distinct from 'named') as is_named,
      bool_and(coalesce(r.account ->> 'visibility' in ('named', 'attributes'), false)) as is_shown
    from :schema.rows_of_accounts(
      array(select u.visitor_id:::account_id_type from unnest(p_visitors) u where u.kind = 'a')
    ) r
    group by r.account_id
  ) a on a.account_id = case when v.kind = 'a' then v.visitor_id:::account_id_type end
  where v.kind <> 'a' or a.is_named or a.is_shown and not p_only_named;
end;`,
  },
  {
    name: "accounts_named",
    file: "citus/functions/accounts.sql",
    line: 104,
    sql: `-- Where few accounts viewed the entity, only those are asked for their names; where many did, the first of them, and when these do not fill the page,
-- all accounts there are.
create or replace function :schema.accounts_named(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_search text, p_sort text, p_after :schema.listed_visitor, p_limit integer
) returns :visitor_id_type[]
language sql stable
begin atomic
  with
  search as materialized (
    select '%' || regexp_replace(p_search, '([\\\\%_])', '\\\\\\1', 'g') || '%' as pattern, v.accounts
    from :schema.accounts_that_viewed(p_entity_type, p_entity_id, 3000) v
  ),
  named as materialized (
    select n.visitor_id
    from search s
    cross join lateral :schema.accounts_like(
      s.pattern,
      coalesce(
        s.accounts,
        array(
          select u.visitor_id
          from :schema.list_visitors_among(
            p_entity_type, p_entity_id, p_start_date, p_end_date, true, null, p_sort, p_after, least(15 * p_limit, 1500)
          ) l
          cross join lateral unnest(l.visitors) u
        )
      ):::account_id_type[]
    ) n (visitor_id)
  )
  select case
    when s.accounts is not null or (select count(distinct n.visitor_id) from named n) >= p_limit then array(select n.visitor_id from named n)
    else array(select a.visitor_id from :schema.accounts_like(s.pattern, null) a (visitor_id))
  end
  from search s;
end;`,
  },
  {
    name: "named_page",
    file: "citus/functions/accounts.sql",
    line: 141,
    sql: `-- A page of everybody, as the slice of the entity has it, with the names of accounts: what one question to one shard answers.
create or replace function :schema.named_page(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_sort text, p_after :schema.listed_visitor, p_after_ref text, p_limit integer, p_visits_limit integer
) returns table (
  kinds text, account_ids text, refs text, end_ref text, usernames text, display_names text, viewers text, visit_counts text, days_visited text,
  first_visits text, last_visits text, avg_times_on_page text, visit_places text, visit_times text, visit_referrers text,
  visits_from text, entities text, visit_entity_types text, visit_entity_ids text,
  hidden_visitors double precision, hidden_views double precision, live boolean, pending_changes integer, folded_through text
)
language sql stable
begin atomic
  select
    p.kinds, p.account_ids, p.refs, p.end_ref, n.usernames, n.display_names,
    case when s.viewer_attributes <> '{}' then :schema.attributes_of_visitors(v.visitors, s.viewer_attributes) end,
    p.visit_counts, p.days_visited, p.first_visits, p.last_visits, p.avg_times_on_page, p.visit_places, p.visit_times, p.visit_referrers,
    p.visits_from, p.entities, p.visit_entity_types, p.visit_entity_ids, p.hidden_visitors, p.hidden_views, p.live, p.pending_changes,
    p.folded_through
  from :schema.visitor_columns_of_slice(
    p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account, null, p_sort, p_after, p_after_ref, p_limit, p_visits_limit, true
  ) p
  cross join lateral (
    select array(
      select row(u.kind, u.account_id, null, null, null, null, null):::schema.listed_visitor
      from rows from (json_array_elements_text(p.kinds::json), json_array_elements_text(p.account_ids::json))
        with ordinality u (kind, account_id, nth)
      order by u.nth
    ) as visitors
    offset 0
  ) v
  cross join lateral (
    select json_agg(a.username)::text as usernames, json_agg(a.display_name)::text as display_names
    from :schema.named_visitors(v.visitors) a
  ) n
  cross join :schema.analytics_settings s;
end;`,
  },
  {
    name: "visitor_columns",
    file: "citus/functions/accounts.sql",
    line: 178,
    sql: `create or replace function :schema.visitor_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_search text, p_sort text, p_after :schema.listed_visitor, p_after_ref text, p_limit integer,
  p_visits_limit integer, p_with_names boolean default true
) returns table (
  kinds text, account_ids text, refs text, end_ref text, usernames text, display_names text, viewers text, visit_counts text, days_visited text,
  first_visits text, last_visits text, avg_times_on_page text, visit_places text, visit_times text, visit_referrers text,
  visits_from text, entities text, visit_entity_types text, visit_entity_ids text,
  hidden_visitors double precision, hidden_views double precision, live boolean, pending_changes integer, folded_through text
)
language plpgsql stable
set plan_cache_mode = force_generic_plan
set jit = off
as $$
begin
  if p_entity_id is null then
    raise exception 'on Citus every page view has an entity, and every question is about one' using errcode = 'feature_not_supported';
  end if;
  if p_search is null and p_with_names and not :schema.has_visibility() then
    return query
    select c.*
    from :schema.named_page(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account, p_sort, p_after, p_after_ref, p_limit, p_visits_limit
    ) c;
  else
    return query
    select c.*
    from :schema.columns_of_page(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account, p_search, p_sort, p_after, p_after_ref, p_limit,
      p_visits_limit, p_with_names
    ) c;
  end if;
end
$$;`,
  },
  {
    name: "breakdown_with_totals",
    file: "citus/functions/accounts.sql",
    line: 213,
    sql: `-- Of attributes of viewers; facts of page views are asked for where their shard is.
create or replace function :schema.breakdown_with_totals(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_dimension text,
  p_filter_dimension text, p_filter_value text
) returns table (
  counts text, live boolean, pending_changes integer, folded_through text,
  value text, is_total boolean, is_hidden boolean, visitors numeric, accounts numeric, views numeric, timed_views numeric,
  time_total numeric, recorded_views numeric, entries numeric, bounces numeric
)
language sql stable
begin atomic
  with
  found as materialized (
    select f.* from :schema.accounts_with_totals(p_entity_type, p_entity_id, p_start_date, p_end_date) f
  )
  select
    f.counts, f.live, f.pending_changes, f.folded_through,
    null::text, null::boolean, null::boolean, null::numeric, null::numeric, null::numeric, null::numeric, null::numeric, null::numeric,
    null::numeric, null::numeric
  from found f
  where f.counts is not null
  union all
  select
    null, null, null, null, case when v.is_hidden then null else v.value end, false, v.is_hidden, count(*), count(*), sum(v.views),
    sum(v.timed_views), sum(v.time_total), null, null, null
  from (
    select
      f.views, f.timed_views, f.time_total,
      (select :schema.has_visibility()) and not bool_and(coalesce(a.account ->> 'visibility' in ('named', 'attributes'), false)) as is_hidden,
      (array_agg(a.account ->> substr(p_dimension, 8) order by a.account ->> 'username', a.account ->> 'display_name'))[1] as value
    from found f
    left join :schema.rows_of_accounts(
      array(select u.visitor_id:::account_id_type from found u where u.visitor_id is not null)
    ) a on a.account_id = f.visitor_id:::account_id_type
    where f.visitor_id is not null
    group by f.visitor_id, f.views, f.timed_views, f.time_total
  ) v
  group by case when v.is_hidden then null else v.value end, v.is_hidden;
end;`,
  },
  {
    name: "breakdown_columns",
    file: "citus/functions/accounts.sql",
    line: 253,
    sql: `create or replace function :schema.breakdown_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_dimension text, p_filter_dimension text, p_filter_value text, p_sort text, p_limit integer, p_smallest_group integer,
  p_compare_start date default null, p_compare_end date default null, p_local_time timestamp default null
) returns table (
  is_kept boolean, counts text, names text, counts_of_values text, compared text, compared_before text,
  other_values integer, other_views double precision, hidden_visitors double precision, hidden_views double precision,
  recorded_views double precision, live boolean, pending_changes integer, folded_through text,
  cut_date text, cut_date_before text, cut_hour integer, visits_from text
)
language plpgsql stable
set plan_cache_mode = force_generic_plan
set jit = off
as $$
begin
  if :schema.is_fact(p_dimension) then
    return query
    select c.*
    from :schema.breakdown_columns_of_slice(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_dimension, p_filter_dimension, p_filter_value, p_sort, p_limit,
      p_smallest_group, p_compare_start, p_compare_end, p_local_time
    ) c;
  else
    return query
    select c.*, null::text, null::text, null::integer, null::text
    from :schema.columns_of_breakdown(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_dimension, p_filter_dimension, p_filter_value, p_sort, p_limit,
      p_smallest_group, null, null, null
    ) c;
  end if;
end
$$;`,
  },
  {
    name: "queue_of_shard",
    file: "citus/functions/capture.sql",
    line: 1,
    sql: `-- Capture on Citus: the triggers are those of shards, and fire where these are. What they find goes to the shard of the queue beside, and never to a
-- slice's own functions: a shard that has just moved has none yet, and nothing of it may be lost.

-- Which shard of the queue is beside this shard of page views? A statement whose changes cannot be captured fails, and so does one on a table of
-- another role's that has such a trigger.
create or replace function :schema.queue_of_shard(p_table oid, p_table_name text) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_queue text := (
    select :schema.shard_table(q.logicalrelid, q.shardid)
    from pg_dist_shard s
    join pg_dist_shard q on q.shardminvalue = s.shardminvalue and q.logicalrelid = (:'schema' || '.page_view_changes')::regclass
    where s.shardid = substring(p_table_name from '_(\\d+)$')::bigint
      and s.logicalrelid = :'page_views'::regclass
      and :schema.shard_table(s.logicalrelid, s.shardid)::regclass = p_table
  );
begin
  if v_queue is null then
    raise exception '% is not a shard of page views: its changes are not captured', p_table::regclass
      using errcode = 'insufficient_privilege';
  end if;
  return v_queue;
end
$$;`,
  },
  {
    name: "capture_added_page_views",
    file: "citus/functions/capture.sql",
    line: 28,
    sql: `create or replace function :schema.capture_added_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    $sql$
      insert into %s (slot, sign, left_out, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page)
      select
        case when a.left_out is null then :schema.entity_slot(a.entity_type, a.entity_id) else 0 end,
        case when a.left_out is null then 1 else 0 end, a.left_out,
        case when a.left_out is null then a.entity_type else '' end, a.entity_id,
        case when a.left_out is null then a.account_id end, case when a.left_out is null then a.session_id end,
        case when a.left_out is null then a.visitor_id end,
        case when a.left_out is null then a.viewed_at else now() end, :schema.counted_time(a.time_on_page)
      from (
        select
          c.*, :schema.why_left_out(c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.viewed_at) as left_out
        from (select :captured_columns from added p_page_view) c
      ) a
    $sql$,
    :schema.queue_of_shard(tg_relid, tg_table_name)
  );
  return null;
end
$$;`,
  },
  {
    name: "capture_removed_page_views",
    file: "citus/functions/capture.sql",
    line: 56,
    sql: `create or replace function :schema.capture_removed_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    $sql$
      insert into %s (slot, sign, in_trigger, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page)
      select
        :schema.entity_slot(r.entity_type, r.entity_id), -1, case when pg_trigger_depth() > 1 then true end,
        r.entity_type, r.entity_id, r.account_id, r.session_id, r.visitor_id, r.viewed_at, :schema.counted_time(r.time_on_page)
      from (select :captured_columns from removed p_page_view) r
      where :schema.why_left_out(r.entity_type, r.entity_id, r.account_id, r.session_id, r.visitor_id, r.viewed_at) is null
    $sql$,
    :schema.queue_of_shard(tg_relid, tg_table_name)
  );
  return null;
end
$$;`,
  },
  {
    name: "capture_edited_page_views",
    file: "citus/functions/capture.sql",
    line: 77,
    sql: `-- What remains when what was there before is set off against what is there now.
create or replace function :schema.capture_edited_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    $sql$
      insert into %s (
        slot, sign, left_out, in_trigger, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page
      )
      select
        case when d.left_out is null then :schema.entity_slot(d.entity_type, d.entity_id) else 0 end,
        case when d.left_out is null then sign(d.net) else 0 end, d.left_out, case when pg_trigger_depth() > 1 then true end,
        d.entity_type, d.entity_id, d.account_id, d.session_id, d.visitor_id, d.viewed_at, d.time_on_page
      from (
        select
          e.left_out, case when e.left_out is null then e.entity_type else '' end as entity_type, e.entity_id,
          case when e.left_out is null then e.account_id end as account_id,
          case when e.left_out is null then e.session_id end as session_id,
          case when e.left_out is null then e.visitor_id end as visitor_id,
          case when e.left_out is null then e.viewed_at else now() end as viewed_at,
          case when e.left_out is null then :schema.counted_time(e.time_on_page) end as time_on_page, sum(e.sign) as net
        from (
          select
            c.*, :schema.why_left_out(c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.viewed_at) as left_out
          from (
            select -1 as sign, r.* from (select :captured_columns from removed p_page_view) r
            union all
            select 1, a.* from (select :captured_columns from added p_page_view) a
          ) c
        ) e
        group by 1, 2, 3, 4, 5, 6, 7, 8
        having sum(e.sign) <> 0
      ) d
      cross join lateral generate_series(1, abs(d.net)) n
      where d.left_out is null or d.net > 0
      order by d.entity_type, d.entity_id, d.session_id, d.viewed_at
    $sql$,
    :schema.queue_of_shard(tg_relid, tg_table_name)
  );
  return null;
end
$$;`,
  },
  {
    name: "refuse_truncation",
    file: "citus/functions/capture.sql",
    line: 123,
    sql: `-- Sessions are in other slices than their page views, and nobody empties all of them in one transaction.
create or replace function :schema.refuse_truncation() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'page views cannot be truncated on Citus: delete them'
    using errcode = 'feature_not_supported';
end
$$;`,
  },
  {
    name: "identify_session",
    file: "citus/functions/collecting.sql",
    line: 1,
    sql: `-- Whose sessions and browsers turned out to be, in all shards: each shard has its own transaction's part of it.

create or replace function :schema.identify_session(
  p_session_id :session_id_type, p_account_id :account_id_type, p_since timestamptz default '-infinity'
) returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_identified bigint;
begin
  update :page_views set :account_id_column = p_account_id:::written_account_id
  where :session_id_value = p_session_id and :account_id_column is null and :viewed_at_value >= p_since and :ids_fit;
  get diagnostics v_identified = row_count;
  return v_identified;
end
$$;`,
  },
  {
    name: "identify_visitor",
    file: "citus/functions/collecting.sql",
    line: 20,
    sql: `create or replace function :schema.identify_visitor(
  p_visitor_id :session_id_type, p_account_id :account_id_type, p_since timestamptz default '-infinity'
) returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_identified bigint;
begin
  update :page_views set :account_id_column = p_account_id:::written_account_id
  where :visitor_id_value = p_visitor_id and :account_id_column is null and :viewed_at_value >= p_since and :ids_fit;
  get diagnostics v_identified = row_count;
  return v_identified;
end
$$;`,
  },
  {
    name: "fold_slice",
    file: "citus/functions/folding.sql",
    line: 1,
    sql: `-- Folding on Citus: each server folds its slices, on as many connections as it is asked for, and all servers at once.

-- One transaction of a slice of this server: fold its entities ('entities'), fetch what others hand on to it ('fetch'), or fold its sessions
-- ('sessions'). Returns how many changes it took.
-- A shard does not move while this lock is held; before it was, it may have.
create or replace function :schema.fold_slice(p_slice integer, p_step text, p_limit integer) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_folded integer;
begin
  perform lock_shard_metadata(5, array[p_slice::bigint]);
  if not :schema.is_slice_here(p_slice) then
    return 0;
  end if;
  if not :schema.is_slice_made(p_slice) then
    perform :schema.make_slice(p_slice);
  end if;
  execute format(
    'select %I.%I($1)', :schema.schema_of_slice(p_slice),
    case p_step when 'entities' then 'fold_page_view_changes' when 'fetch' then 'fetch_changes' else 'fold_session_changes' end
  ) into v_folded using p_limit;
  return v_folded;
end
$$;`,
  },
  {
    name: "fold_slices_here",
    file: "citus/functions/folding.sql",
    line: 29,
    sql: `-- Fold at most p_limit changes of each slice of this server, in each of its steps: of every so many slices, from the nth on. Answers how many
-- changes of page views it folded, and how many of all steps it took: {"folded": 7, "taken": 12}.
create or replace procedure :schema.fold_slices_here(p_limit integer, p_nth integer, p_folders integer, inout p_answer jsonb)
language plpgsql
as $$
declare
  v_slices integer[];
  v_slice integer;
  v_step text;
  v_taken_in_step integer;
  v_folded integer := 0;
  v_taken integer := 0;
begin
  v_slices := array(
    select h.slice
    from (
      select s.shardid::integer as slice, pg_catalog.row_number() over (order by s.shardid) as nth
      from pg_catalog.pg_dist_shard s
      where s.logicalrelid = :'page_views'::pg_catalog.regclass and :schema.is_slice_here(s.shardid::integer)
    ) h
    where h.nth % p_folders = p_nth % p_folders
    order by h.slice
  );
  foreach v_slice in array v_slices loop
    foreach v_step in array array['entities', 'fetch', 'sessions'] loop
      v_taken_in_step := :schema.fold_slice(v_slice, v_step, p_limit);
      v_taken := v_taken + v_taken_in_step;
      if v_step = 'entities' then
        v_folded := v_folded + v_taken_in_step;
      end if;
      commit;
    end loop;
  end loop;
  p_answer := pg_catalog.jsonb_build_object('folded', v_folded, 'taken', v_taken);
end
$$;`,
  },
  {
    name: "fold_slices",
    file: "citus/functions/folding.sql",
    line: 66,
    sql: `-- Fold at most p_limit changes of each slice, on all servers at once, and on so many connections to each: folded are changes of page views, taken those
-- of all steps; 0 when nothing is pending.
create or replace function :schema.fold_slices(
  p_limit integer default 20000, p_folders integer default 1, out folded bigint, out taken bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  select coalesce(sum((r.answer::jsonb ->> 'folded')::bigint), 0), coalesce(sum((r.answer::jsonb ->> 'taken')::bigint), 0)
  into folded, taken
  from :schema.run_on_servers(variadic array(
    select format('call :schema.fold_slices_here(%s, %s, %s, null)', p_limit, n, p_folders) from generate_series(1, p_folders) n
  )) r (answer);
end
$$;`,
  },
  {
    name: "fetched_through",
    file: "citus/functions/folding.sql",
    line: 83,
    sql: `-- What is asked of all slices. Citus plans for the values that are asked for: it has no plan for any of them, which folds keep.

-- How far have slices fetched what this one hands on?
create or replace function :schema.fetched_through(p_from_slice integer, p_of_entries boolean) returns table (slice integer, through bigint)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
  select :schema.slice_of_entity(f.slice_key), f.through
  from :schema.fetched_changes f
  where f.from_slice = p_from_slice and f.of_entries = p_of_entries;
end
$$;`,
  },
  {
    name: "handed_on_changes",
    file: "citus/functions/folding.sql",
    line: 99,
    sql: `-- What do slices hand on to the sessions of this one, after what it has fetched of each?
create or replace function :schema.handed_on_changes(p_slice integer, p_through jsonb, p_limit integer) returns table (
  slice integer, change_id bigint, viewed_at timestamptz, time_on_page integer, sign smallint, pages smallint, entity_type text,
  entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type, owner_id :entity_id_type
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select
    :schema.slice_of_entity(o.entity_id), o.change_id, o.viewed_at, o.time_on_page, o.sign, o.pages, o.entity_type, o.entity_id, o.account_id,
    o.session_id, o.visitor_id, o.owner_id
  from :schema.outgoing_changes o
  where o.for_slice = p_slice and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.entity_id)::text)::bigint, 0)
  order by 1, 2
  limit p_limit;
end
$$;`,
  },
  {
    name: "handed_on_entries",
    file: "citus/functions/folding.sql",
    line: 121,
    sql: `-- And to its entities?
create or replace function :schema.handed_on_entries(p_slice integer, p_through jsonb, p_limit integer) returns table (
  slice integer, change_id bigint, date date, hour smallint, entries integer, bounces integer, entity_type text, entity_id :entity_id_type
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select :schema.slice_of_entity(o.slice_key), o.change_id, o.date, o.hour, o.entries, o.bounces, o.entity_type, o.entity_id
  from :schema.outgoing_entries o
  where o.for_slice = p_slice and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.slice_key)::text)::bigint, 0)
  order by 1, 2
  limit p_limit;
end
$$;`,
  },
  {
    name: "fetched_views",
    file: "citus/functions/folding.sql",
    line: 140,
    sql: `-- Which views of these sessions have slices handed on, through these numbers of each? Its page views, less its queue, less what it has handed on
-- since: each shard answers by one statement, so that it is right at any time, whatever others do. Citus makes
-- one of each table where the id of the entity is not at the place that it has in :page_view_rows, or where types differ: that ends with an error here,
-- as it keeps no result in between.
create or replace function :schema.fetched_views(p_session_ids :session_id_type[], p_through jsonb) returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, viewed_at timestamptz,
  account_id :account_id_type, views bigint, time_total bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set citus.max_intermediate_result_size = 0
as $$
#variable_conflict use_column
begin
  return query
  select
    r.session_id, r.entity_type, r.entity_id, null:::entity_id_type, r.viewed_at, r.account_id, sum(r.views)::bigint,
    coalesce(sum(r.views * r.time_on_page::bigint), 0)::bigint
  from (
    select
      v.entity_type, v.entity_id, v.session_id, v.viewed_at, v.account_id, :schema.counted_time(v.time_on_page)::bigint as time_on_page,
      1 as views
    from :page_view_rows v
    where v.session_id = any (p_session_ids)
      and :schema.why_left_out(v.entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at) is null
    union all
    select q.entity_type, q.entity_id, q.session_id, q.viewed_at, q.account_id, q.time_on_page::bigint, -q.sign::integer
    from :schema.page_view_changes q
    where q.session_id = any (p_session_ids)
    union all
    select o.entity_type, o.entity_id, o.session_id, o.viewed_at, o.account_id, o.time_on_page::bigint, -o.sign::integer
    from :schema.outgoing_changes o
    where o.session_id = any (p_session_ids)
      and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.entity_id)::text)::bigint, 0)
  ) r
  group by r.session_id, r.entity_type, r.entity_id, r.viewed_at, r.account_id
  having sum(r.views) <> 0 or sum(r.views * r.time_on_page::bigint) <> 0;
end
$$;`,
  },
  {
    name: "fold_pending_changes",
    file: "citus/functions/folding.sql",
    line: 181,
    sql: `-- Fold until nothing is left, in all slices: for a scheduler that can call a procedure, pg_cron on the coordinator for one.
create or replace procedure :schema.fold_pending_changes(p_limit integer default 20000)
language plpgsql
as $$
begin
  while (:schema.fold_slices(p_limit)).taken > 0 loop
    commit;
  end loop;
end
$$;`,
  },
  {
    name: "schema_of_slice",
    file: "citus/functions/slices.sql",
    line: 1,
    sql: `-- Slices of this server, and how one is made: in a schema of its own, with all functions that one Postgres has, and views of the shards that belong
-- to it. Functions run in it as they are.

-- How is the schema of a slice called?
create or replace function :schema.schema_of_slice(p_slice integer) returns text
language sql immutable parallel safe
return :'schema_name' || '_' || p_slice;`,
  },
  {
    name: "shard_table",
    file: "citus/functions/slices.sql",
    line: 9,
    sql: `-- How is this shard written in SQL? Citus leaves the schema "public" out.
create or replace function :schema.shard_table(p_table regclass, p_shard bigint) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select case when c.relnamespace = to_regnamespace('public') then 'public.' else '' end || shard_name(p_table, p_shard)
    from pg_class c
    where c.oid = p_table
  );
end
$$;`,
  },
  {
    name: "is_slice_here",
    file: "citus/functions/slices.sql",
    line: 23,
    sql: `-- Is the shard of this slice on this server?
create or replace function :schema.is_slice_here(p_slice integer) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select 1
    from pg_dist_placement p
    join pg_dist_local_group g on g.groupid = p.groupid
    where p.shardid = p_slice and p.shardstate = 1
  );
end
$$;`,
  },
  {
    name: "is_slice_made",
    file: "citus/functions/slices.sql",
    line: 38,
    sql: `-- Has this slice all that it needs? When its shard has moved away, its views have gone with it.
create or replace function :schema.is_slice_made(p_slice integer) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema text := :schema.schema_of_slice(p_slice);
  v_made boolean;
begin
  if to_regclass(format('%I.page_views', v_schema)) is null or to_regclass(format('%I.slice_of_script', v_schema)) is null then
    return false;
  end if;
  execute format(
    'select exists (select 1 from %I.slice_of_script m where m.checksum in (select s.checksum from :schema.slice_scripts s))', v_schema
  ) into v_made;
  return v_made;
end
$$;`,
  },
  {
    name: "make_slice",
    file: "citus/functions/slices.sql",
    line: 57,
    sql: `-- Make this slice on this server, anew where there is one. What it lost with a move is what it can do without: when it was folded last, and how many
-- page views could not be counted.
create or replace function :schema.make_slice(p_slice integer) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set client_min_messages = error
as $$
declare
  v_schema text := :schema.schema_of_slice(p_slice);
  v_script text;
  v_checksum text;
  v_grantee text;
  v_table record;
  v_last bigint;
  v_started_at timestamptz := clock_timestamp();
  v_key :entity_id_type;
begin
  -- all of it is this server's own
  perform set_config('citus.enable_ddl_propagation', 'off', true);
  perform pg_advisory_xact_lock(hashtextextended(v_schema, 0));
  if :schema.is_slice_made(p_slice) then
    return;
  end if;
  select s.script, s.checksum into strict v_script, v_checksum from :schema.slice_scripts s;
  execute format('drop schema if exists %I cascade', v_schema);
  execute format('create schema %I', v_schema);
  -- a host's default privileges may let roles in
  for v_grantee in
    select case when a.grantee = 0 then 'public' else a.grantee::regrole::text end
    from pg_namespace n
    cross join lateral aclexplode(n.nspacl) a
    where n.nspname = v_schema and a.grantee <> n.nspowner
  loop
    execute format('revoke all on schema %I from %s', v_schema, v_grantee);
  end loop;
  for v_table in
    select c.relname as name, :schema.shard_table(s.logicalrelid, s.shardid) as shard
    from pg_dist_shard of_views
    join pg_dist_partition t on t.colocationid in (
      select p.colocationid from pg_dist_partition p where p.logicalrelid = of_views.logicalrelid
    ) or t.partmethod = 'n'
    join pg_dist_shard s on s.logicalrelid = t.logicalrelid and coalesce(s.shardminvalue, of_views.shardminvalue) = of_views.shardminvalue
    join pg_class c on c.oid = t.logicalrelid
    where of_views.shardid = p_slice and c.relnamespace = :'schema'::regnamespace
      and c.relname not in ('change_numbers', 'slice_scripts')
    union all
    select 'page_views', :schema.shard_table(s.logicalrelid, s.shardid) from pg_dist_shard s where s.shardid = p_slice
  loop
    execute format('create view %I.%I as select * from %s', v_schema, v_table.name, v_table.shard);
  end loop;
  -- what belongs to the slice itself has an id that falls into it
  v_key := (
    select k.key
    from (
      select lpad(n::text, greatest(length(n::text), case :'entity_id_type' when 'uuid' then 32 else 1 end), '0'):::entity_id_type as key
      from generate_series(1, 1000000) n
    ) k
    where :schema.slice_of_entity(k.key) = p_slice
    limit 1
  );
  execute format('alter view %I.outgoing_entries alter slice_key set default %L', v_schema, v_key);
  execute format('alter view %I.fetched_changes alter slice_key set default %L', v_schema, v_key);
  execute replace(replace(v_script, 'headcount slice schema', v_schema), '''headcount slice number''', p_slice::text);
  execute format('create table %I.slice_of_script as select %L::text as checksum', v_schema, v_checksum);
  -- what it hands on has greater numbers than what it has handed on elsewhere, by the clock of another server
  v_last := greatest(
    (select max(f.through) from :schema.fetched_changes f where f.from_slice = p_slice),
    (select max(o.change_id) from :schema.outgoing_changes o where :schema.slice_of_entity(o.entity_id) = p_slice),
    (select max(o.change_id) from :schema.outgoing_entries o where :schema.slice_of_entity(o.slice_key) = p_slice)
  );
  while v_last >= :schema.next_change_id() loop
    if clock_timestamp() > v_started_at + interval '30 seconds' then
      raise exception 'the clock of this server is behind that of the one which had slice %: set it', p_slice
        using errcode = 'object_not_in_prerequisite_state';
    end if;
    perform pg_sleep(0.1);
  end loop;
end
$$;`,
  },
  {
    name: "make_slices_here",
    file: "citus/functions/slices.sql",
    line: 138,
    sql: `-- Make what slices of this server lack, and drop those whose shard is elsewhere by now. Returns how many that were.
create or replace function :schema.make_slices_here() returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = error
as $$
declare
  v_slice record;
  v_made integer := 0;
begin
  for v_slice in
    select s.shardid::integer as number from pg_dist_shard s where s.logicalrelid = :'page_views'::regclass order by s.shardid
  loop
    if not :schema.is_slice_here(v_slice.number) then
      if to_regnamespace(quote_ident(:schema.schema_of_slice(v_slice.number))) is not null then
        perform set_config('citus.enable_ddl_propagation', 'off', true);
        execute format('drop schema %I cascade', :schema.schema_of_slice(v_slice.number));
        v_made := v_made + 1;
      end if;
    elsif not :schema.is_slice_made(v_slice.number) then
      perform :schema.make_slice(v_slice.number);
      v_made := v_made + 1;
    end if;
  end loop;
  return v_made;
end
$$;`,
  },
  {
    name: "run_on_servers",
    file: "citus/functions/slices.sql",
    line: 166,
    sql: `-- Run each of these on each server that has slices, all at once. Fails when one fails, and when all have ended.
create or replace function :schema.run_on_servers(variadic p_commands text[]) returns setof text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_answers record;
begin
  select
    array_agg(r.result) filter (where r.success) as results,
    string_agg(format('%s:%s: %s', r.node_name, r.node_port, r.result), E'\\n') filter (where not r.success) as errors
  into v_answers
  from (
    select array_agg(n.nodename) as names, array_agg(n.nodeport) as ports, array_agg(c.command) as commands
    from (
      select distinct n.nodename::text, n.nodeport
      from pg_dist_shard s
      join pg_dist_placement p on p.shardid = s.shardid
      join pg_dist_node n on n.groupid = p.groupid and n.noderole = 'primary'
      where s.logicalrelid = :'page_views'::regclass
    ) n
    cross join unnest(p_commands) c (command)
  ) n
  cross join lateral master_run_on_worker(n.names, n.ports, n.commands, true) r;
  if v_answers.errors is not null then
    raise exception '%', v_answers.errors;
  end if;
  return query select unnest(v_answers.results);
end
$$;`,
  },
  {
    name: "make_slices",
    file: "citus/functions/slices.sql",
    line: 197,
    sql: `-- Make what slices lack, on all servers. Returns how many that were.
create or replace function :schema.make_slices() returns integer
language sql
return (select coalesce(sum(r.made::integer), 0)::integer from :schema.run_on_servers('select :schema.make_slices_here()') r (made));`,
  },
  {
    name: "drop_slices_here",
    file: "citus/functions/slices.sql",
    line: 202,
    sql: `-- Drop the slices of this server: before Headcount is taken out.
create or replace function :schema.drop_slices_here() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = error
as $$
declare
  v_slice bigint;
begin
  perform set_config('citus.enable_ddl_propagation', 'off', true);
  for v_slice in select s.shardid from pg_dist_shard s where s.logicalrelid = :'page_views'::regclass loop
    execute format('drop schema if exists %I cascade', :schema.schema_of_slice(v_slice::integer));
  end loop;
end
$$;`,
  },
  {
    name: "drop_slices",
    file: "citus/functions/slices.sql",
    line: 218,
    sql: `-- The same on all servers.
create or replace function :schema.drop_slices() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.run_on_servers('select :schema.drop_slices_here()');
end
$$;`,
  },
  {
    name: "status_here",
    file: "citus/functions/status.sql",
    line: 1,
    sql: `-- How things stand on all servers of a cluster.

-- Which slices of this server lack their functions, what did the latest fold of the others do, and why could how many page views not be counted?
create or replace function :schema.status_here() returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_slice integer;
  v_lacking integer[] := '{}';
  v_folds jsonb := '[]';
  v_left_out jsonb := '[]';
  v_status record;
begin
  for v_slice in
    select s.shardid::integer from pg_dist_shard s
    where s.logicalrelid = :'page_views'::regclass and :schema.is_slice_here(s.shardid::integer)
    order by s.shardid
  loop
    if :schema.is_slice_made(v_slice) then
      execute format(
        $sql$
          select
            (
              select to_jsonb(s) from %1$I.analytics_slots s where s.finished_at is not null order by s.finished_at desc limit 1
            ) as fold,
            (select coalesce(jsonb_agg(l), '[]') from %1$I.left_out_page_views l) as left_out
        $sql$,
        :schema.schema_of_slice(v_slice)
      ) into v_status;
      v_folds := v_folds || coalesce(v_status.fold, '[]');
      v_left_out := v_left_out || v_status.left_out;
    else
      v_lacking := v_lacking || v_slice;
    end if;
  end loop;
  return jsonb_build_object('lacking', v_lacking, 'folds', v_folds, 'left_out', v_left_out);
end
$$;`,
  },
  {
    name: "status_of_servers",
    file: "citus/functions/status.sql",
    line: 41,
    sql: `-- The same of each server.
create or replace function :schema.status_of_servers() returns setof jsonb
language sql
set search_path = pg_catalog, pg_temp
as $$
  select r.status::jsonb from :schema.run_on_servers('select :schema.status_here()') r (status)
$$;`,
  },
  {
    name: "capture_faults",
    file: "citus/functions/status.sql",
    line: 49,
    sql: `-- Does anything keep changes of page views from being captured, or slices from being read? Each fault with the statement that fixes it.
create or replace function :schema.capture_faults() returns table (problem text, fix text)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_lacking text := (
    select string_agg(l.slice, ', ' order by l.slice)
    from :schema.status_of_servers() s (status)
    cross join jsonb_array_elements_text(s.status -> 'lacking') l (slice)
  );
begin
  return query
  select
    format('The trigger %s is missing or disabled: what %s page views is not counted.', e.name, e.happens),
    case when t.tgname is null
      then format('UPDATE %s.headcount_migrations SET rendered_checksum = NULL WHERE kind = ''attachments'';', :'schema')
        || ' -- then run: npx @headcount/migrations up'
      else format('ALTER TABLE %s ENABLE TRIGGER %I;', :'page_views', e.name)
    end
  from (
    values
      ('headcount_capture_insert', 'is added to'), ('headcount_capture_update', 'is edited in'),
      ('headcount_capture_delete', 'is deleted from')
  ) e (name, happens)
  left join pg_trigger t on t.tgrelid = :'page_views'::regclass and t.tgname = e.name
  where t.tgenabled is null or t.tgenabled not in ('O', 'A');
  if v_lacking is not null then
    return query
    select
      format('The slices %s lack their functions, as after a move of their shards: nobody can ask about their entities.', v_lacking),
      format('SELECT %s.make_slices();', :'schema');
  end if;
end
$$;`,
  },
  {
    name: "changes_on_their_way",
    file: "citus/functions/status.sql",
    line: 86,
    sql: `-- How many changes have slices handed on that were not fetched yet?
create or replace function :schema.changes_on_their_way() returns bigint
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  -- by the slice that fetches, and the one that hands on
  v_changes jsonb;
  v_entries jsonb;
begin
  select
    jsonb_object_agg(f.key, f.through) filter (where not f.of_entries), jsonb_object_agg(f.key, f.through) filter (where f.of_entries)
  into v_changes, v_entries
  from (
    select :schema.slice_of_entity(c.slice_key) || ' ' || c.from_slice as key, c.of_entries, c.through from :schema.fetched_changes c
  ) f;
  return (
    select count(*) from :schema.outgoing_changes o
    where o.change_id > coalesce((v_changes ->> (o.for_slice || ' ' || :schema.slice_of_entity(o.entity_id)))::bigint, 0)
  ) + (
    select count(*) from :schema.outgoing_entries o
    where o.change_id > coalesce((v_entries ->> (o.for_slice || ' ' || :schema.slice_of_entity(o.slice_key)))::bigint, 0)
  );
end
$$;`,
  },
  {
    name: "analytics_status",
    file: "citus/functions/status.sql",
    line: 113,
    sql: `-- How much is waiting to be folded, since when, and what did the latest fold of a slice do?
create or replace function :schema.analytics_status() returns table (
  time_zone text,
  pending_changes bigint,
  oldest_pending_seconds double precision,
  finished_at timestamptz,
  folded_changes integer,
  duration_ms double precision,
  set_aside_changes bigint,
  left_out_page_views bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_queue record;
  v_fold jsonb;
  v_left_out bigint;
begin
  select count(*) as pending, min(q.captured_at) as oldest, count(q.left_out) as left_out into v_queue from :schema.page_view_changes q;
  v_fold := (
    select f.fold
    from :schema.status_of_servers() s (status)
    cross join jsonb_array_elements(s.status -> 'folds') f (fold)
    order by (f.fold ->> 'finished_at')::timestamptz desc
    limit 1
  );
  v_left_out := (select sum(r.page_views) from :schema.left_out_reasons() r);
  return query
  select
    z.time_zone,
    v_queue.pending + (select count(*) from :schema.entry_changes) + (select count(*) from :schema.session_changes)
      + :schema.changes_on_their_way(),
    extract(epoch from clock_timestamp() - v_queue.oldest)::double precision,
    (v_fold ->> 'finished_at')::timestamptz, (v_fold ->> 'folded_changes')::integer, (v_fold ->> 'duration_ms')::double precision,
    (select count(*) from :schema.set_aside_changes), coalesce(v_left_out, 0)
  from :schema.reporting_zone() z;
end
$$;`,
  },
  {
    name: "set_aside_entities",
    file: "citus/functions/status.sql",
    line: 154,
    sql: `-- Of which entities were changes set aside, how many, and why the latest? Those with the most first.
create or replace function :schema.set_aside_entities(p_limit integer default 100) returns table (
  entity_type text, entity_id :entity_id_type, changes bigint, reason text
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select c.entity_type, c.entity_id, count(*), (array_agg(c.reason order by c.set_aside_at desc, c.reason))[1]
  from :schema.set_aside_changes c
  group by c.entity_type, c.entity_id
  order by count(*) desc, c.entity_type, c.entity_id
  limit p_limit;
end
$$;`,
  },
  {
    name: "left_out_reasons",
    file: "citus/functions/status.sql",
    line: 173,
    sql: `-- Why could how many page views not be counted?
create or replace function :schema.left_out_reasons() returns table (reason text, page_views bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  with queued as materialized (
    select q.left_out::text as left_out, count(*) as page_views from :schema.page_view_changes q where q.left_out is not null group by q.left_out
  )
  select
    case l.left_out when 'i' then 'ids_too_long' when 't' then 'instant_out_of_range' when 'r' then 'reserved_entity_type'
      else 'no_entity_type'
    end,
    sum(l.page_views)::bigint
  from (
    select o.of ->> 'left_out' as left_out, (o.of ->> 'page_views')::bigint as page_views
    from :schema.status_of_servers() s (status)
    cross join jsonb_array_elements(s.status -> 'left_out') o (of)
    union all
    select q.left_out, q.page_views from queued q
  ) l
  group by l.left_out
  order by sum(l.page_views) desc, l.left_out;
end
$$;`,
  },
  {
    name: "visitor_shares",
    file: "citus/functions/status.sql",
    line: 201,
    sql: `-- By what do page views of the last thirty days say who it was? Of some hundred blocks of each shard.
create or replace function :schema.visitor_shares() returns table (
  sample bigint, by_account bigint, by_visitor_id bigint, by_session bigint, nobody bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_percent double precision := least(
    100, 10000.0 * current_setting('block_size')::bigint / greatest(citus_relation_size(:'page_views'::regclass), 1)
  );
begin
  return query execute format(
    $sql$
      select
        count(*), count(:account_id_column),
        count(:visitor_id_column) filter (where :account_id_column is null),
        count(:session_id_column) filter (where :account_id_column is null and :visitor_id_column is null),
        count(*) filter (where :account_id_column is null and :visitor_id_column is null and :session_id_column is null)
      from :page_views tablesample system (%s)
      where :viewed_at_value > now() - interval '30 days'
    $sql$,
    v_percent
  );
end
$$;`,
  },
  {
    name: "stored_bytes",
    file: "citus/functions/status.sql",
    line: 228,
    sql: `-- How much room do page views take, and all that is stored of them?
create or replace function :schema.stored_bytes(out page_view_bytes bigint, out rollup_bytes bigint)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  page_view_bytes := citus_total_relation_size(:'page_views'::regclass);
  rollup_bytes := (
    select sum(citus_total_relation_size(p.logicalrelid))
    from pg_dist_partition p
    join pg_class c on c.oid = p.logicalrelid
    where c.relnamespace = :'schema'::regnamespace and p.partmethod = 'h'
  );
end
$$;`,
  },
  {
    name: "fetched_entries",
    file: "citus/functions/verifying.sql",
    line: 1,
    sql: `-- Verifying on Citus: each slice on its server, one after the other. No snapshot is of all servers. So a slice is held while it is compared: it neither
-- fetches nor folds sessions, and what others have handed on through what it has fetched stays the same, whatever they do. They answer by one
-- statement of each shard.

-- How many sessions entered at these entities, at which hours, and how many of them bounced, as shards have handed on to this slice through these numbers?
create or replace function :schema.fetched_entries(
  p_slice integer, p_entity_type text, p_entity_ids :entity_id_type[], p_time_zone text, p_through jsonb
) returns table (entity_id :entity_id_type, date date, hour smallint, entries bigint, bounces bigint)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select e.entity_id, e.date, e.hour, sum(e.entries)::bigint, sum(e.bounces)::bigint
  from (
    -- ids of sessions and of slices are of one type: by them Citus knows that both are in one shard
    select
      s.session_id as slice_key, s.entry_entity_id as entity_id, (s.first_seen_at at time zone p_time_zone)::date as date,
      extract(hour from s.first_seen_at at time zone p_time_zone)::smallint as hour, 1 as entries,
      (s.total_views = 1 and s.time_total < 10)::integer as bounces
    from unnest(p_entity_ids) k (entity_id)
    join :schema.visitor_sessions s
      -- as its index has it
      on (
        (:entity_id_hash(s.entry_entity_id, hashtextextended(s.entry_entity_type, 0)) << 32)
          | ((s.first_seen_at at time zone 'UTC')::date - date '0001-01-01')::bigint
      ) between :entity_id_hash(k.entity_id, hashtextextended(p_entity_type, 0)) << 32
        and :entity_id_hash(k.entity_id, hashtextextended(p_entity_type, 0)) << 32 | 4294967295
    where s.total_views > 0 and s.entry_entity_id = k.entity_id and s.entry_entity_type = p_entity_type
    union all
    select o.slice_key, o.entity_id, o.date, o.hour, -o.entries, -o.bounces
    from :schema.outgoing_entries o
    where o.for_slice = p_slice and o.entity_type = p_entity_type and o.entity_id = any (p_entity_ids)
      and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.slice_key)::text)::bigint, 0)
  ) e
  group by e.entity_id, e.date, e.hour
  having sum(e.entries) <> 0 or sum(e.bounces) <> 0;
end
$$;`,
  },
  {
    name: "fetched_views_between",
    file: "citus/functions/verifying.sql",
    line: 43,
    sql: `-- Which page views of sessions of this slice, from the first id to the last, have shards handed on through these numbers? Written anew, like all that
-- verifies, and not as fetched_views has it.
create or replace function :schema.fetched_views_between(
  p_slice integer, p_first_id :session_id_type, p_last_id :session_id_type, p_through jsonb
) returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, account_id :account_id_type, viewed_at timestamptz,
  time_on_page bigint, views integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select v.session_id, v.entity_type, v.entity_id, v.account_id, v.viewed_at, v.time_on_page, sum(v.views)::integer
  from (
    -- in the order that fetched_views explains
    select
      pv.entity_type::text as entity_type, pv.entity_id, pv.session_id:::session_id_type as session_id,
      pv.account_id:::account_id_type as account_id, pv.viewed_at,
      case when pv.time_on_page >= 0 and pv.time_on_page < 2147483648 then pv.time_on_page::bigint end as time_on_page, 1 as views
    from :page_view_rows pv
    where pv.session_id between p_first_id and p_last_id and pv.entity_type not like 'headcount:%'
      and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
      and octet_length(pv.entity_type)
        + case :'entity_id_type' when 'text' then coalesce(octet_length(pv.entity_id::text), 0) else 0 end
        + case :'account_id_type' when 'text' then coalesce(octet_length(pv.account_id::text), 0) else 0 end
        + case :'session_id_type' when 'text' then octet_length(pv.session_id::text) else 0 end
        + case :'session_id_type' when 'text' then coalesce(octet_length(pv.visitor_id::text), 0) else 0 end <= :max_id_bytes
    union all
    select q.entity_type, q.entity_id, q.session_id, q.account_id, q.viewed_at, q.time_on_page::bigint, -q.sign::integer
    from :schema.page_view_changes q
    where q.session_id between p_first_id and p_last_id
    union all
    select o.entity_type, o.entity_id, o.session_id, o.account_id, o.viewed_at, o.time_on_page::bigint, -o.sign::integer
    from :schema.outgoing_changes o
    where o.for_slice = p_slice and o.session_id between p_first_id and p_last_id
      and o.change_id > coalesce((p_through ->> :schema.slice_of_entity(o.entity_id)::text)::bigint, 0)
  ) v
  where :schema.slice_of_session(v.session_id) = p_slice
  group by v.session_id, v.entity_type, v.entity_id, v.account_id, v.viewed_at, v.time_on_page
  having sum(v.views) <> 0;
end
$$;`,
  },
  {
    name: "sessions_with_views",
    file: "citus/functions/verifying.sql",
    line: 89,
    sql: `-- Which sessions of this slice come after this one in page views of all shards? Each as often as it has some.
create or replace function :schema.sessions_with_views(p_slice integer, p_after :session_id_type, p_limit integer)
returns table (session_id :session_id_type)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
  select pv.session_id:::session_id_type
  from :page_view_rows pv
  where pv.session_id is not null and (p_after is null or pv.session_id > p_after)
    and :schema.slice_of_session(pv.session_id:::session_id_type) = p_slice
  order by 1
  limit p_limit;
end
$$;`,
  },
  {
    name: "verify_slice",
    file: "citus/functions/verifying.sql",
    line: 108,
    sql: `-- One step of verifying a slice of this server, as one Postgres has it. NULL when its shard has moved away.
create or replace function :schema.verify_slice(
  p_slice integer, p_after jsonb, p_limit integer, p_most integer, p_share double precision, p_seed bigint
) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_step jsonb;
begin
  perform lock_shard_metadata(5, array[p_slice::bigint]);
  if not :schema.is_slice_here(p_slice) then
    return null;
  end if;
  if not :schema.is_slice_made(p_slice) then
    perform :schema.make_slice(p_slice);
  end if;
  -- before the snapshot of what is compared
  execute format('select %I.hold_sessions()', :schema.schema_of_slice(p_slice));
  execute format('select to_jsonb(s) from %I.verify_rollups_step($1, $2, $3, $4, $5) s', :schema.schema_of_slice(p_slice))
  into v_step using p_after, p_limit, p_most, p_share, p_seed;
  return v_step;
end
$$;`,
  },
  {
    name: "verify_rollups_step",
    file: "citus/functions/verifying.sql",
    line: 134,
    sql: `-- One step of verifying all slices, one after the other: in each its entities, then its sessions. As one Postgres has it; where to go on names the slice.
create or replace function :schema.verify_rollups_step(
  p_after jsonb default null, p_limit integer default 100000, p_most integer default 100,
  p_share double precision default null, p_seed bigint default 0
) returns table (
  page_views bigint, entities bigint, differences bigint, listed jsonb, date_from date, date_to date, done boolean, after jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_slice integer;
  v_after jsonb := p_after;
  v_answer record;
  v_step jsonb := '{"page_views": 0, "entities": 0, "differences": 0, "listed": [], "done": true}';
begin
  for v_slice in
    select s.shardid::integer from pg_dist_shard s
    where s.logicalrelid = :'page_views'::regclass and (p_after is null or s.shardid >= (p_after ->> 'slice')::bigint)
    order by s.shardid
  loop
    select r.success, r.result into strict v_answer
    from pg_dist_placement p
    join pg_dist_node n on n.groupid = p.groupid and n.noderole = 'primary'
    cross join lateral master_run_on_worker(
      array[n.nodename::text], array[n.nodeport],
      array[format('select :schema.verify_slice(%s, %L, %L, %L, %L, %L)', v_slice, v_after, p_limit, p_most, p_share, p_seed)], false
    ) r
    where p.shardid = v_slice and p.shardstate = 1;
    if not v_answer.success then
      raise exception '%', v_answer.result;
    elsif coalesce(v_answer.result, '') = '' then
      raise exception 'slice % has moved: ask once more', v_slice
        using errcode = 'serialization_failure';
    end if;
    v_step := v_answer.result::jsonb;
    exit when not (v_step ->> 'done')::boolean;
    v_after := null;
  end loop;
  return query
  select
    s.page_views, s.entities, s.differences, s.listed, s.date_from, s.date_to, s.done, s.after || jsonb_build_object('slice', v_slice)
  from jsonb_to_record(v_step) s (
    page_views bigint, entities bigint, differences bigint, listed jsonb, date_from date, date_to date, done boolean, after jsonb
  );
end
$$;`,
  },
  {
    name: "share_of_entities",
    file: "citus/functions/verifying.sql",
    line: 183,
    sql: `-- Up to which place between 0 and 1 stand so many of the entities that have been counted?
create or replace function :schema.share_of_entities(p_entities integer, p_seed bigint) returns double precision
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  return coalesce(
    (
      select :schema.chance_of_entity(e.entity_type, e.entity_id, p_seed)
      from :schema.analytics_entities e
      order by 1 offset p_entities - 1 limit 1
    ),
    1
  );
end
$$;`,
  },
];
