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
    name: "captured_of",
    file: "citus/functions/capture.sql",
    line: 28,
    sql: `-- What is captured of these rows, as SQL? The view that is attached to page views has followed columns that were renamed, on each server.
create or replace function :schema.captured_of(p_rows text) returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return regexp_replace(
    pg_get_viewdef((:'schema' || '.captured_page_views')::regclass), '^(.*)\\sFROM\\s.*\\sp_page_view;$',
    format('\\1 from %s p_page_view', p_rows)
  );
end
$$;`,
  },
  {
    name: "capture_added_page_views",
    file: "citus/functions/capture.sql",
    line: 41,
    sql: `create or replace function :schema.capture_added_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    $sql$
      insert into %1$s (slot, sign, left_out, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page)
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
        from (%2$s) c
      ) a
    $sql$,
    :schema.queue_of_shard(tg_relid, tg_table_name), :schema.captured_of('added')
  );
  return null;
end
$$;`,
  },
  {
    name: "capture_removed_page_views",
    file: "citus/functions/capture.sql",
    line: 69,
    sql: `create or replace function :schema.capture_removed_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    $sql$
      insert into %1$s (slot, sign, in_trigger, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page)
      select
        :schema.entity_slot(r.entity_type, r.entity_id), -1, case when pg_trigger_depth() > 1 then true end,
        r.entity_type, r.entity_id, r.account_id, r.session_id, r.visitor_id, r.viewed_at, :schema.counted_time(r.time_on_page)
      from (%2$s) r
      where :schema.why_left_out(r.entity_type, r.entity_id, r.account_id, r.session_id, r.visitor_id, r.viewed_at) is null
    $sql$,
    :schema.queue_of_shard(tg_relid, tg_table_name), :schema.captured_of('removed')
  );
  return null;
end
$$;`,
  },
  {
    name: "capture_edited_page_views",
    file: "citus/functions/capture.sql",
    line: 90,
    sql: `-- What remains when what was there before is set off against what is there now.
create or replace function :schema.capture_edited_page_views() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    $sql$
      insert into %1$s (
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
            select -1 as sign, r.* from (%2$s) r
            union all
            select 1, a.* from (%3$s) a
          ) c
        ) e
        group by 1, 2, 3, 4, 5, 6, 7, 8
        having sum(e.sign) <> 0
      ) d
      cross join lateral generate_series(1, abs(d.net)) n
      where d.left_out is null or d.net > 0
      order by d.entity_type, d.entity_id, d.session_id, d.viewed_at
    $sql$,
    :schema.queue_of_shard(tg_relid, tg_table_name), :schema.captured_of('removed'), :schema.captured_of('added')
  );
  return null;
end
$$;`,
  },
  {
    name: "refuse_truncation",
    file: "citus/functions/capture.sql",
    line: 136,
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
    name: "count_entity",
    file: "citus/functions/entities.sql",
    line: 1,
    sql: `-- Erasing an entity on Citus: its page views are in one shard. What that does to sessions of all slices is folded like all else.

-- How many page views are about this entity, and how many do the rollups hold that page views do not? Its shard answers by one statement.
create or replace function :schema.count_entity(
  p_entity_type text, p_entity_id :entity_id_type, out page_views bigint, out stored_views bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  select coalesce(sum(v.page_views), 0), greatest(coalesce(sum(v.stored_views), 0), 0) into page_views, stored_views
  from (
    select
      1 as page_views,
      case when :schema.why_left_out(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at) is null
        then -1 else 0
      end as stored_views
    from :page_view_rows pv
    where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
    union all
    select 0, q.sign::integer from :schema.page_view_changes q where q.entity_type = p_entity_type and q.entity_id = p_entity_id
    union all
    select 0, d.views from :schema.analytics_days d where d.entity_type = p_entity_type and d.entity_id = p_entity_id
  ) v;
end
$$;`,
  },
  {
    name: "erase_entity_step",
    file: "citus/functions/entities.sql",
    line: 29,
    sql: `-- Erase about p_limit page views of this entity. Says how many were erased, and whether this was the last step. Fails where page views are gone of what
-- is counted: the sessions in which they were are in all slices, and nothing says which.
create or replace function :schema.erase_entity_step(
  p_entity_type text, p_entity_id :entity_id_type, p_limit integer, p_receipt uuid, p_actor text,
  out erased bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_until timestamptz;
  v_stored_views bigint;
begin
  perform :schema.refuse_group(p_entity_type);
  perform :schema.refuse_hidden_rows();
  select c.stored_views into v_stored_views from :schema.count_entity(p_entity_type, p_entity_id) c;
  if v_stored_views > 0 then
    raise exception '% has no more % of the views that are counted of % %', :'page_views'::regclass, v_stored_views, p_entity_type, p_entity_id
      using errcode = 'object_not_in_prerequisite_state', hint = 'Let the rollups be what page views say first, by a rebuild';
  end if;
  select coalesce(pv.viewed_at, '-infinity') into v_until
  from :page_view_rows pv
  where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
  order by 1
  offset p_limit - 1 limit 1;
  delete from :page_views
  where :entity_type_value = p_entity_type and :entity_id_value = p_entity_id
    and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit;
  get diagnostics erased = row_count;
  done := v_until is null;
  if done then
    -- in all shards: the slice of a session sets aside what it cannot apply, too
    delete from :schema.set_aside_changes c where c.entity_type = p_entity_type and c.entity_id is not distinct from p_entity_id;
    delete from :schema.analytics_milestones m where m.entity_type = p_entity_type and m.entity_id = p_entity_id;
  end if;
  if erased > 0 then
    insert into :schema.analytics_audit (action, subject, views, receipt, actor)
    values (
      'erase_entity', jsonb_build_object('entity_type', p_entity_type, 'entity_id', p_entity_id::text), erased, p_receipt, p_actor
    );
  end if;
end
$$;`,
  },
  {
    name: "fold_slice",
    file: "citus/functions/folding.sql",
    line: 1,
    sql: `-- Folding on Citus: each server folds its slices, on as many connections as it is asked for, and all servers at once.

-- One transaction of a slice of this server: fold its entities ('entities'), fetch what others hand on to it ('fetch'), or fold its sessions
-- ('sessions'). Returns how many changes it took: none before its history is read in. p_milestones: which totals are milestones, as the coordinator's
-- settings have it; NULL when they are as they were.
create or replace function :schema.fold_slice(p_slice integer, p_step text, p_limit integer, p_milestones jsonb default null) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_folded integer;
  v_is_unread boolean;
begin
  if not :schema.hold_slice(p_slice) then
    return 0;
  end if;
  execute format('select exists (select 1 from %I.unread_histories)', :schema.schema_of_slice(p_slice)) into v_is_unread;
  if v_is_unread then
    return 0;
  end if;
  if p_milestones is not null then
    execute format('update %I.analytics_settings s set milestones = $1 where s.milestones <> $1', :schema.schema_of_slice(p_slice))
    using p_milestones;
  end if;
  -- others fetch what it hands on, and delete what it has fetched: no crash may take that back
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
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
    line: 39,
    sql: `-- Fold at most p_limit changes of each slice of this server, in each of its steps: of every so many slices, from the nth on. Answers how many
-- changes of page views it folded, and how many of all steps it took: {"folded": 7, "taken": 12}.
create or replace procedure :schema.fold_slices_here(
  p_limit integer, p_nth integer, p_folders integer, p_milestones jsonb, inout p_answer jsonb
)
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
  commit;
  -- what was waited for is to be seen, whatever the default of this server
  set transaction isolation level read committed;
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
      v_taken_in_step := :schema.fold_slice(v_slice, v_step, p_limit, case v_step when 'entities' then p_milestones end);
      v_taken := v_taken + v_taken_in_step;
      if v_step = 'entities' then
        v_folded := v_folded + v_taken_in_step;
      end if;
      commit;
      set transaction isolation level read committed;
    end loop;
  end loop;
  p_answer := pg_catalog.jsonb_build_object('folded', v_folded, 'taken', v_taken);
end
$$;`,
  },
  {
    name: "fold_slices",
    file: "citus/functions/folding.sql",
    line: 82,
    sql: `-- Fold at most p_limit changes of each slice, on all servers at once, and on so many connections to each: folded are changes of page views, taken those
-- of all steps; 0 when nothing is pending.
create or replace function :schema.fold_slices(
  p_limit integer default 20000, p_folders integer default 1, out folded bigint, out taken bigint
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.refuse_without_right('fold_slice');
  select coalesce(sum((r.answer::jsonb ->> 'folded')::bigint), 0), coalesce(sum((r.answer::jsonb ->> 'taken')::bigint), 0)
  into folded, taken
  from :schema.run_on_servers(variadic array(
    select format('call :schema.fold_slices_here(%s, %s, %s, %L, null)', p_limit, n, p_folders, s.milestones)
    from :schema.analytics_settings s
    cross join generate_series(1, p_folders) n
  )) r (answer);
end
$$;`,
  },
  {
    name: "fetched_through",
    file: "citus/functions/folding.sql",
    line: 102,
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
    line: 118,
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
    line: 140,
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
    line: 159,
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
    line: 200,
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
    name: "take_milestones",
    file: "citus/functions/milestones.sql",
    line: 1,
    sql: `-- Milestones on Citus: slices note those of their entities, and they are taken and acknowledged in all shards. See sql/functions/folding/milestones.sql.

-- Take up to p_limit milestones that nobody has acknowledged and nobody else has. Who takes the same at the same time waits for the one that was first, and is
-- given fewer.
create or replace function :schema.take_milestones(p_limit integer, p_lease_seconds integer)
returns table (
  milestone_id bigint, entity_type text, entity_id :entity_id_type, measure text, threshold bigint, value bigint, reached_at timestamptz
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
  v_now timestamptz := clock_timestamp();
  v_ids bigint[] := array(
    select m.milestone_id from :schema.analytics_milestones m
    where m.reached_at is not null and m.acknowledged_at is null and (m.leased_until is null or m.leased_until <= v_now)
    order by m.milestone_id
    limit p_limit
  );
begin
  return query
  with taken as (
    update :schema.analytics_milestones m set leased_until = v_now + make_interval(secs => p_lease_seconds)
    where m.milestone_id = any (v_ids) and m.acknowledged_at is null and (m.leased_until is null or m.leased_until <= v_now)
    returning m.milestone_id, m.entity_type, m.entity_id, m.measure, m.threshold, m.value, m.reached_at
  )
  select t.* from taken t order by t.milestone_id;
end
$$;`,
  },
  {
    name: "acknowledge_milestones",
    file: "citus/functions/milestones.sql",
    line: 33,
    sql: `-- Let nobody take these again. Returns how many of them had not been acknowledged before.
create or replace function :schema.acknowledge_milestones(p_milestone_ids bigint[]) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_acknowledged integer;
begin
  update :schema.analytics_milestones m set acknowledged_at = v_now
  where m.reached_at is not null and m.acknowledged_at is null and m.milestone_id = any (p_milestone_ids);
  get diagnostics v_acknowledged = row_count;
  return v_acknowledged;
end
$$;`,
  },
  {
    name: "rows_of_slice",
    file: "citus/functions/people.sql",
    line: 1,
    sql: `-- People on Citus: their page views are in all shards, and go or are renamed by one statement of all. What that does is folded like all else, on
-- its way to sessions too, and still names them until then. So it goes in steps of one transaction each: page views, a fold of all slices, and
-- what slices store of these people.

-- What does this slice of this server answer to a function of it: its rows as JSON? NULL when its shard has moved away.
create or replace function :schema.rows_of_slice(p_slice integer, p_function text, p_arguments text) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_rows jsonb;
begin
  if not :schema.hold_slice(p_slice) then
    return null;
  end if;
  execute format(
    'select coalesce(jsonb_agg(to_jsonb(a)), ''[]'') from %I.%I(%s) a', :schema.schema_of_slice(p_slice), p_function, p_arguments
  ) into v_rows;
  return v_rows;
end
$$;`,
  },
  {
    name: "rows_of_slices",
    file: "citus/functions/people.sql",
    line: 24,
    sql: `-- The same of all slices, one after the other, each in a transaction of its own.
create or replace function :schema.rows_of_slices(p_function text, p_arguments text) returns setof jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_slice integer;
begin
  for v_slice in
    select s.shardid::integer from pg_dist_shard s where s.logicalrelid = :'page_views'::regclass order by s.shardid
  loop
    return query
    select a.element
    from jsonb_array_elements(:schema.run_on_slice(v_slice, 'rows_of_slice', p_function, p_arguments)::jsonb) a (element);
  end loop;
end
$$;`,
  },
  {
    name: "random_id_of_slice",
    file: "citus/functions/people.sql",
    line: 42,
    sql: `-- An id of a session in this slice that nothing has had.
create or replace function :schema.random_id_of_slice(p_slice integer) returns :session_id_type
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id :session_id_type;
begin
  loop
    v_id := :schema.random_id();
    exit when :schema.slice_of_session(v_id) = p_slice;
  end loop;
  return v_id;
end
$$;`,
  },
  {
    name: "linked_ids",
    file: "citus/functions/people.sql",
    line: 58,
    sql: `-- Which sessions and visitor_ids are these people's, besides those that are known? See sql/functions/people/person.sql.
create or replace function :schema.linked_ids(
  p_account_ids :account_id_type[], inout p_session_ids :session_id_type[], inout p_visitor_ids :session_id_type[]
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_sessions :session_id_type[];
  v_visitors :session_id_type[];
begin
  select array_agg(distinct pv.session_id:::session_id_type), array_agg(distinct pv.visitor_id:::session_id_type) into v_sessions, v_visitors
  from :page_view_rows pv
  where pv.account_id = any (p_account_ids);
  v_sessions := v_sessions || p_session_ids || array(
    select s.session_id from :schema.visitor_sessions s where s.account_id = any (p_account_ids)
  );
  p_session_ids := array(select distinct k.id from unnest(v_sessions) k (id) where k.id is not null);
  v_visitors := v_visitors || p_visitor_ids || array(
    select distinct pv.visitor_id:::session_id_type
    from :page_view_rows pv
    where pv.session_id = any (p_session_ids) and pv.account_id is null and pv.visitor_id is not null
  );
  p_visitor_ids := array(select distinct k.id from unnest(v_visitors) k (id) where k.id is not null);
end
$$;`,
  },
  {
    name: "count_person",
    file: "citus/functions/people.sql",
    line: 86,
    sql: `-- What would be erased of this person? stored_views: how many the rollups hold that page views do not. Each shard answers by one statement.
create or replace function :schema.count_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  out page_views bigint, out entities bigint, out sessions bigint, out stored_views bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_session_ids :session_id_type[];
begin
  select coalesce(sum(e.page_views), 0), count(*) filter (where not e.is_pending), greatest(coalesce(sum(e.stored_views), 0), 0)
  into page_views, entities, stored_views
  from (
    select
      v.entity_type, v.entity_id, sum(v.page_views) as page_views, bool_and(v.is_pending) as is_pending, sum(v.stored_views) as stored_views
    from (
      -- in the order that fetched_views explains
      select
        pv.entity_type, pv.entity_id, 1 as page_views, false as is_pending,
        case when :schema.why_left_out(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at) is null
          then -1 else 0
        end as stored_views
      from :page_view_rows pv
      where pv.account_id = p_account_id
        or (pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids)))
      union all
      select q.entity_type, q.entity_id, 0, true, q.sign::integer
      from :schema.page_view_changes q
      where q.account_id = p_account_id
        or (q.account_id is null and (q.session_id = any (p_session_ids) or q.visitor_id = any (p_visitor_ids)))
      union all
      select s.entity_type, s.entity_id, 0, false, coalesce(s.visit_count, 1)
      from :schema.analytics_entity_visitors s
      where (s.kind = 'a' and s.visitor_id = p_account_id:::visitor_id_type)
        or (s.kind = 's' and s.visitor_id = any (p_session_ids:::visitor_id_type[]))
        or (s.kind = 'v' and s.visitor_id = any (p_visitor_ids:::visitor_id_type[]))
    ) v
    group by v.entity_type, v.entity_id
  ) e;
  v_session_ids := :schema.sessions_of_views(array[p_account_id], p_session_ids, p_visitor_ids);
  v_session_ids := v_session_ids || array(select s.session_id from :schema.visitor_sessions s where s.session_id = any (p_session_ids));
  sessions := (select count(distinct k.id) from unnest(v_session_ids) k (id));
end
$$;`,
  },
  {
    name: "sessions_of_views",
    file: "citus/functions/people.sql",
    line: 133,
    sql: `-- In which sessions are these people's page views, until this instant (NULL: all)?
create or replace function :schema.sessions_of_views(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[], p_until timestamptz default null
) returns :session_id_type[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  return array(
    select distinct pv.session_id:::session_id_type
    from :page_view_rows pv
    where (
      pv.account_id = any (p_account_ids)
      or (pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids)))
    ) and pv.session_id is not null and (p_until is null or coalesce(pv.viewed_at, '-infinity') <= p_until)
  );
end
$$;`,
  },
  {
    name: "export_page_views",
    file: "citus/functions/people.sql",
    line: 153,
    sql: `-- The page views of this person that follow an instant (NULL: from the first one), about p_limit of them and never some of one instant only.
create or replace function :schema.export_page_views(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_after timestamptz, p_limit integer
) returns table (
  id text, viewed_at timestamptz, entity_type text, entity_id :entity_id_type, account_id :account_id_type,
  session_id :session_id_type, visitor_id :session_id_type, referrer_url text, time_on_page bigint, source jsonb, device jsonb
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
  v_until timestamptz;
begin
  select coalesce(pv.viewed_at, '-infinity') into v_until
  from :page_view_rows pv
  where (
    pv.account_id = p_account_id
    or (pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids)))
  ) and (p_after is null or coalesce(pv.viewed_at, '-infinity') > p_after)
  order by 1
  offset p_limit - 1 limit 1;

  return query
  with
  views as materialized (
    select
      pv.id::text as id, coalesce(pv.viewed_at, '-infinity') as viewed_at, pv.entity_type::text as entity_type,
      pv.entity_id:::entity_id_type as entity_id, pv.account_id:::account_id_type as account_id,
      pv.session_id:::session_id_type as session_id, pv.visitor_id:::session_id_type as visitor_id,
      pv.referrer_url::text as referrer_url, pv.time_on_page::bigint as time_on_page, pv.source_no, pv.device_no
    from :identified_page_view_rows pv
    where (
      pv.account_id = p_account_id
      or (pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids)))
    ) and (p_after is null or coalesce(pv.viewed_at, '-infinity') > p_after)
      and (v_until is null or coalesce(pv.viewed_at, '-infinity') <= v_until)
  ),
  sources as materialized (select s.* from :schema.analytics_sources s),
  devices as materialized (select d.* from :schema.analytics_devices d)
  select
    p.id, p.viewed_at, p.entity_type, p.entity_id, p.account_id, p.session_id, p.visitor_id, p.referrer_url, p.time_on_page,
    to_jsonb(s) - '{source_no,first_seen}'::text[], to_jsonb(d) - '{device_no,first_seen}'::text[]
  from views p
  left join sources s on s.source_no = p.source_no
  left join devices d on d.device_no = p.device_no
  order by p.viewed_at, p.id;
end
$$;`,
  },
  {
    name: "export_stored_days",
    file: "citus/functions/people.sql",
    line: 205,
    sql: `-- The days of this person that the rollups hold and page views do not any more.
create or replace function :schema.export_stored_days(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns table (date date, entity_type text, entity_id :entity_id_type, views integer, timed_views integer, time_total bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select d.date, d.entity_type, d.entity_id, d.views, d.timed_views, d.time_total
  from :schema.rows_of_slices('export_stored_days', format('%L, %L, %L', p_account_id, p_session_ids, p_visitor_ids)) a (day)
  cross join lateral jsonb_to_record(a.day) d (
    date date, entity_type text, entity_id :entity_id_type, views integer, timed_views integer, time_total bigint
  )
  order by d.date, d.entity_type, d.entity_id;
end
$$;`,
  },
  {
    name: "sessions_of_person",
    file: "citus/functions/people.sql",
    line: 224,
    sql: `-- The sessions of this person's page views, and those that are known to be the person's.
create or replace function :schema.sessions_of_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns table (
  session_id :session_id_type, first_seen_at timestamptz, last_seen_at timestamptz, total_views integer, ip_address inet, user_agent text
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
  v_ids :session_id_type[] := p_session_ids || :schema.sessions_of_views(array[p_account_id], p_session_ids, p_visitor_ids);
begin
  return query
  select s.session_id, s.first_seen_at, s.last_seen_at, s.total_views, s.ip_address, s.user_agent
  from :schema.visitor_sessions s
  where s.session_id = any (v_ids)
  order by s.first_seen_at, s.session_id;
end
$$;`,
  },
  {
    name: "clear_in_slices",
    file: "citus/functions/people.sql",
    line: 246,
    sql: `-- Take address and agent off these sessions, each where it is. First: when page views are gone, nobody knows any more whose they were.
create or replace function :schema.clear_in_slices(p_session_ids :session_id_type[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform count(*)
  from (
    select :schema.slice_of_session(k.id) as slice, array_agg(k.id order by k.id) as ids from unnest(p_session_ids) k (id) group by 1 order by 1
  ) s
  cross join lateral jsonb_array_elements(:schema.run_on_slice(s.slice, 'rows_of_slice', 'clear_sessions_here', format('%L', s.ids))::jsonb) a;
end
$$;`,
  },
  {
    name: "erase_person_step",
    file: "citus/functions/people.sql",
    line: 260,
    sql: `-- Erase about p_limit page views of this person, the anonymous ones first: as long as some of the account are left, they say which
-- sessions and visitor_ids are the person's. Says how many were erased, and whether this was the last step: forget_in_slices() is for what is stored of them.
create or replace function :schema.erase_person_step(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_limit integer, p_receipt uuid, p_actor text,
  out erased bigint, out anonymised bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_until timestamptz;
  v_account_until timestamptz;
  v_session_ids :session_id_type[];
  v_account_views bigint;
begin
  perform :schema.refuse_hidden_rows();
  anonymised := 0;
  select coalesce(pv.viewed_at, '-infinity') into v_until
  from :page_view_rows pv
  where pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids))
  order by 1
  offset p_limit - 1 limit 1;
  v_session_ids := :schema.sessions_of_views('{}', p_session_ids, p_visitor_ids, v_until);
  done := v_until is null;
  if done then
    select coalesce(pv.viewed_at, '-infinity') into v_account_until
    from :page_view_rows pv
    where pv.account_id = p_account_id
    order by 1
    offset p_limit - 1 limit 1;
    v_session_ids := v_session_ids || :schema.sessions_of_views(array[p_account_id], '{}', '{}', v_account_until);
  end if;

  perform :schema.clear_in_slices(v_session_ids);
  delete from :page_views
  where :account_id_value is null and (:session_id_value = any (p_session_ids) or :visitor_id_value = any (p_visitor_ids))
    and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit;
  get diagnostics erased = row_count;
  if done then
    delete from :page_views
    where :account_id_value = p_account_id
      and (v_account_until is null or coalesce(:viewed_at_value, '-infinity') <= v_account_until) and :ids_fit;
    get diagnostics v_account_views = row_count;
    erased := erased + v_account_views;
    done := v_account_until is null;
  end if;
  if erased > 0 then
    insert into :schema.analytics_audit (action, subject, views, receipt, actor)
    values ('erase_person', '{}', erased, p_receipt, p_actor);
  end if;
end
$$;`,
  },
  {
    name: "people_to_forget",
    file: "citus/functions/people.sql",
    line: 315,
    sql: `-- Whom forget_in_slices() is to forget, and who has what it keeps of them: nobody who can be found out. A session stays in its slice.
create or replace function :schema.people_to_forget(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns jsonb
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'account_ids', p_account_ids, 'new_account_ids', array(select :schema.random_id() from unnest(p_account_ids)),
    'session_ids', p_session_ids,
    'new_session_ids', array(
      select :schema.random_id_of_slice(:schema.slice_of_session(k.id)) from unnest(p_session_ids) with ordinality k (id, nth) order by k.nth
    ),
    'visitor_ids', p_visitor_ids, 'new_visitor_ids', array(select :schema.random_id() from unnest(p_visitor_ids))
  )
$$;`,
  },
  {
    name: "person_to_forget",
    file: "citus/functions/people.sql",
    line: 332,
    sql: `-- The same of one person.
create or replace function :schema.person_to_forget(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns jsonb
language sql volatile
return (:schema.people_to_forget(array[p_account_id], p_session_ids, p_visitor_ids));`,
  },
  {
    name: "are_people_pending",
    file: "citus/functions/people.sql",
    line: 339,
    sql: `-- Is anything of theirs pending in any slice, or on its way?
create or replace function :schema.are_people_pending(p_people jsonb) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_account_ids :account_id_type[] := array(select i.id:::account_id_type from jsonb_array_elements_text(p_people -> 'account_ids') i (id));
  v_session_ids :session_id_type[] := array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'session_ids') i (id));
  v_visitor_ids :session_id_type[] := array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'visitor_ids') i (id));
begin
  return exists (
    select 1 from :schema.page_view_changes q
    where q.account_id = any (v_account_ids)
      or (q.account_id is null and (q.session_id = any (v_session_ids) or q.visitor_id = any (v_visitor_ids)))
  ) or exists (
    select 1 from :schema.outgoing_changes o
    where o.account_id = any (v_account_ids)
      or (o.account_id is null and (o.session_id = any (v_session_ids) or o.visitor_id = any (v_visitor_ids)))
  ) or exists (
    select 1 from :schema.session_changes q
    where q.account_id = any (v_account_ids)
      or (q.account_id is null and (q.session_id = any (v_session_ids) or q.visitor_id = any (v_visitor_ids)))
  );
end
$$;`,
  },
  {
    name: "forget_in_slices",
    file: "citus/functions/people.sql",
    line: 366,
    sql: `-- Let no slice name these people any more, when nothing of theirs is pending: see forget_people_here. Returns how many views stay counted.
create or replace function :schema.forget_in_slices(p_people jsonb, p_action text, p_receipt uuid, p_actor text) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_views bigint := (select sum(a.views::text::bigint) from :schema.rows_of_slices('forget_people_here', format('%L', p_people)) a (views));
begin
  if v_views > 0 then
    insert into :schema.analytics_audit (action, subject, views, receipt, actor)
    values (p_action, '{}', case p_action when 'erase_person' then 0 else v_views end, p_receipt, p_actor);
  end if;
  return v_views;
end
$$;`,
  },
  {
    name: "rename_people",
    file: "citus/functions/people.sql",
    line: 382,
    sql: `-- Give the page views of these people to visitors and sessions with random ids, in all shards at once: see anonymise_people. people: what
-- forget_in_slices() is to forget.
create or replace function :schema.rename_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[], out views bigint, out people jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_session_ids :session_id_type[];
  v_names jsonb;
  v_account_names jsonb;
  v_session_names jsonb;
  v_visitor_names jsonb;
begin
  perform :schema.refuse_hidden_rows();
  -- a browser that had some of the sessions has others too: a part of a visitor would be a visitor more
  p_visitor_ids := p_visitor_ids || array(
    select v.visitor_id
    from (
      select distinct pv.visitor_id:::session_id_type as visitor_id
      from :page_view_rows pv
      where pv.session_id = any (p_session_ids) and pv.account_id is null and pv.visitor_id is not null
    ) v
    where v.visitor_id <> all (p_visitor_ids)
  );
  people := :schema.people_to_forget(p_account_ids, p_session_ids, p_visitor_ids);
  -- none of their views keeps the id of its session
  v_session_ids := :schema.sessions_of_views(p_account_ids, p_session_ids, p_visitor_ids);
  v_session_ids := array(select k.id from unnest(v_session_ids) k (id) where k.id <> all (p_session_ids));
  v_names := :schema.people_to_forget('{}', v_session_ids, '{}');
  perform :schema.clear_in_slices(p_session_ids || v_session_ids);

  v_account_names := :schema.names_of(people, 'account_ids');
  v_session_names := :schema.names_of(people, 'session_ids') || :schema.names_of(v_names, 'session_ids');
  v_visitor_names := :schema.names_of(people, 'visitor_ids');
  update :page_views set
    :session_id_column = (v_session_names ->> :session_id_value::text):::session_id_type,
    :visitor_id_column = case
      when :account_id_value is not null then v_account_names ->> :account_id_value::text
      else v_visitor_names ->> :visitor_id_value::text
    end:::session_id_type,
    :account_id_column = null,
    :referrer_url_column = null
  where (
    :account_id_value = any (p_account_ids)
    or (:account_id_value is null and (:session_id_value = any (p_session_ids) or :visitor_id_value = any (p_visitor_ids)))
  ) and :ids_fit;
  get diagnostics views = row_count;
end
$$;`,
  },
  {
    name: "rename_person",
    file: "citus/functions/people.sql",
    line: 435,
    sql: `-- The same of one person.
create or replace function :schema.rename_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[], p_receipt uuid, p_actor text,
  out views bigint, out people jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  select r.views, r.people into views, people from :schema.rename_people(array[p_account_id], p_session_ids, p_visitor_ids) r;
  if views > 0 then
    insert into :schema.analytics_audit (action, subject, views, receipt, actor)
    values ('anonymise_person', '{}', views, p_receipt, p_actor);
  end if;
end
$$;`,
  },
  {
    name: "names_of",
    file: "citus/functions/people.sql",
    line: 452,
    sql: `-- What has each of these of people_to_forget() instead: {"7": "123456"}?
create or replace function :schema.names_of(p_people jsonb, p_kind text) returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_object_agg(o.id, n.id) filter (where o.id is not null), '{}')
  from jsonb_array_elements_text(p_people -> p_kind) with ordinality o (id, nth)
  join jsonb_array_elements_text(p_people -> ('new_' || p_kind)) with ordinality n (id, nth) on n.nth = o.nth
$$;`,
  },
  {
    name: "lost_session",
    file: "citus/functions/reading-in.sql",
    line: 1,
    sql: `-- Reading in on Citus: each slice on its server, one after the other, while all others fold. A slice that reads in holds its sessions, so that what it
-- has fetched stays the same, as where it is verified; what it asks others they answer by one statement of each shard.

-- Which of these sessions began on a date that page views no longer hold, and that is not one of these? One of them, with the date. A session that
-- is wrong differs from it: the entity has no row of that date. While sessions and views go on, that an entity has a row of a date, no page view, and none
-- that was taken away and is not folded, its shard says by one statement.
create or replace function :schema.lost_session(
  p_session_ids :session_id_type[], p_start_date date, p_end_date date, p_time_zone text, out session_id :session_id_type, out date date
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set citus.max_intermediate_result_size = 0
as $$
#variable_conflict use_column
declare
  v_session_ids :session_id_type[];
  v_instants timestamptz[];
  v_entity_types text[];
  v_entity_ids :entity_id_type[];
  v_held_ids :session_id_type[];
  v_held_instants timestamptz[];
  v_earliest timestamptz;
  v_latest timestamptz;
  v_lost record;
begin
  select array_agg(s.session_id), array_agg(s.first_seen_at), array_agg(s.entry_entity_type), array_agg(s.entry_entity_id)
  into v_session_ids, v_instants, v_entity_types, v_entity_ids
  from :schema.visitor_sessions s
  where s.session_id = any (p_session_ids) and s.total_views > 0
    and (s.first_seen_at at time zone p_time_zone)::date not between p_start_date and p_end_date;
  if v_session_ids is null then
    return;
  end if;

  select array_agg(v.session_id), array_agg(v.viewed_at) into v_held_ids, v_held_instants
  from :page_view_rows v
  where v.session_id = any (v_session_ids) and v.viewed_at = any (v_instants);
  select
    array_agg(b.session_id), array_agg(b.viewed_at), array_agg(b.entity_type), array_agg(b.entity_id), min(b.viewed_at), max(b.viewed_at)
  into v_session_ids, v_instants, v_entity_types, v_entity_ids, v_earliest, v_latest
  from unnest(v_session_ids, v_instants, v_entity_types, v_entity_ids) b (session_id, viewed_at, entity_type, entity_id)
  where (b.session_id, b.viewed_at) not in (select h.* from unnest(v_held_ids, v_held_instants) h);
  if v_session_ids is null then
    return;
  end if;

  for v_lost in
    select d.entity_type, d.entity_id, d.date
    from (
      -- in the order that fetched_views explains
      select v.entity_type, v.entity_id, (v.viewed_at at time zone p_time_zone)::date as date, 1 as views, 0 as counted
      from :page_view_rows v
      where v.entity_id = any (v_entity_ids) and v.entity_type = any (v_entity_types)
        and v.viewed_at > v_earliest - interval '2 days' and v.viewed_at < v_latest + interval '2 days'
      union all
      select q.entity_type, q.entity_id, (q.viewed_at at time zone p_time_zone)::date, 1, 0
      from :schema.page_view_changes q
      where q.sign < 0 and q.entity_id = any (v_entity_ids) and q.entity_type = any (v_entity_types)
      union all
      select c.entity_type, c.entity_id, (c.viewed_at at time zone p_time_zone)::date, 1, 0
      from :schema.set_aside_changes c
      where c.sign < 0 and c.entity_id = any (v_entity_ids) and c.entity_type = any (v_entity_types)
      union all
      select d.entity_type, d.entity_id, d.date, 0, d.views
      from :schema.analytics_days d
      where d.entity_id = any (v_entity_ids) and d.entity_type = any (v_entity_types)
    ) d
    group by d.entity_type, d.entity_id, d.date
    having sum(d.views) = 0 and sum(d.counted) > 0
  loop
    select b.session_id, v_lost.date into session_id, date
    from unnest(v_session_ids, v_instants, v_entity_types, v_entity_ids) b (session_id, viewed_at, entity_type, entity_id)
    where b.entity_type = v_lost.entity_type and b.entity_id = v_lost.entity_id
      and (b.viewed_at at time zone p_time_zone)::date = v_lost.date
    limit 1;
    exit when found;
  end loop;
end
$$;`,
  },
  {
    name: "rebuild_slice",
    file: "citus/functions/reading-in.sql",
    line: 82,
    sql: `-- One step of a rebuild of a slice of this server, as one Postgres has it. NULL when its shard has moved away.
create or replace function :schema.rebuild_slice(p_slice integer, p_after jsonb, p_start_date date, p_end_date date, p_limit integer)
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_step jsonb;
begin
  if not :schema.hold_slice(p_slice) then
    return null;
  end if;
  execute format('select to_jsonb(s) from %I.rebuild_page_views_step($1, $2, $3, $4) s', :schema.schema_of_slice(p_slice))
  into v_step using p_start_date, p_end_date, p_after, p_limit;
  return v_step;
end
$$;`,
  },
  {
    name: "rebuild_page_views_step",
    file: "citus/functions/reading-in.sql",
    line: 101,
    sql: `-- One step of a rebuild of all slices, one after the other, each committed where it is. As one Postgres has it; where to go on names the slice. Sessions
-- are read again, and entries follow, when slices fold.
create or replace function :schema.rebuild_page_views_step(
  p_start_date date, p_end_date date, p_after jsonb default null, p_limit integer default 100000
) returns table (page_views bigint, done boolean, after jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select s.*
  from jsonb_to_record(:schema.step_of_slices('rebuild_slice', p_after, p_start_date::text, p_end_date::text, p_limit::text)) s (
    page_views bigint, done boolean, after jsonb
  );
end
$$;`,
  },
  {
    name: "read_slice_again",
    file: "citus/functions/reading-in.sql",
    line: 118,
    sql: `-- Rebuild the entities and sessions of all changes that were set aside in this slice of this server. Returns how many page views they have; NULL when its
-- shard has moved away.
create or replace function :schema.read_slice_again(p_slice integer) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_page_views bigint;
begin
  if not :schema.hold_slice(p_slice) then
    return null;
  end if;
  execute format('select %I.read_set_aside_again()', :schema.schema_of_slice(p_slice)) into v_page_views;
  return v_page_views;
end
$$;`,
  },
  {
    name: "read_set_aside_again",
    file: "citus/functions/reading-in.sql",
    line: 135,
    sql: `-- The same of all slices, one after the other, each committed where it is.
create or replace function :schema.read_set_aside_again() returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_slice integer;
  v_page_views bigint := 0;
begin
  for v_slice in
    select s.shardid::integer from pg_dist_shard s where s.logicalrelid = :'page_views'::regclass order by s.shardid
  loop
    v_page_views := v_page_views + :schema.run_on_slice(v_slice, 'read_slice_again')::bigint;
  end loop;
  return v_page_views;
end
$$;`,
  },
  {
    name: "read_history_of_slice",
    file: "citus/functions/reading-in.sql",
    line: 153,
    sql: `-- Read a part of the history of this slice of this server in: of about p_limit page views, or what comes between parts. Its phase, how many page views
-- were read, and whether all of it is: {"phase": "sessions", "page_views": 700, "done": false}. NULL where somebody else is reading it, or nothing is left
-- to read in this phase.
create or replace function :schema.read_history_of_slice(p_slice integer, p_phase text, p_limit integer) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_schema text := :schema.schema_of_slice(p_slice);
  v_phase text;
  v_step jsonb;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('headcount.history:' || v_schema, 0)) or not :schema.hold_slice(p_slice) then
    return null;
  end if;
  execute format('select coalesce(h.position ->> ''phase'', ''sessions'') from %I.unread_histories h', v_schema) into v_phase;
  if v_phase is distinct from p_phase then
    return null;
  end if;
  execute format('select to_jsonb(s) from %I.read_history_step($1) s', v_schema) into v_step using p_limit;
  -- what moves with the shard
  execute format(
    'update %1$I.unread_histories set position = s.history_position from %1$I.analytics_settings s where not s.history_complete', v_schema
  );
  if (v_step ->> 'done')::boolean then
    execute format('delete from %I.unread_histories', v_schema);
  end if;
  return v_step;
end
$$;`,
  },
  {
    name: "read_histories_here",
    file: "citus/functions/reading-in.sql",
    line: 185,
    sql: `-- Read about p_limit page views of the histories of slices of this server in, a part of one slice after the other. Answers how many that were.
create or replace procedure :schema.read_histories_here(p_phase text, p_limit integer, inout p_page_views bigint)
language plpgsql
as $$
declare
  v_slice integer;
  v_step jsonb;
begin
  p_page_views := 0;
  for v_slice in
    select s.shardid::integer from pg_catalog.pg_dist_shard s
    where s.logicalrelid = :'page_views'::pg_catalog.regclass and :schema.is_slice_here(s.shardid::integer)
    order by s.shardid
  loop
    loop
      v_step := :schema.read_history_of_slice(v_slice, p_phase, p_limit);
      commit;
      exit when v_step is null or (v_step ->> 'page_views')::bigint > 0;
    end loop;
    p_page_views := p_page_views + coalesce((v_step ->> 'page_views')::bigint, 0);
    exit when p_page_views >= p_limit;
  end loop;
end
$$;`,
  },
  {
    name: "read_history_step",
    file: "citus/functions/reading-in.sql",
    line: 210,
    sql: `-- One step of reading the history in, on all servers at once: about p_limit page views on each, and first the sessions of all slices. As one Postgres has
-- it; a slice folds as soon as its own is complete.
create or replace function :schema.read_history_step(
  p_limit integer default 100000, out phase text, out page_views bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  select case when bool_or(coalesce(h.position ->> 'phase', 'sessions') = 'sessions') then 'sessions' else 'entities' end, 0, count(*) = 0
  into phase, page_views, done
  from :schema.unread_histories h;
  if done then
    update :schema.analytics_settings set history_complete = true where not history_complete;
    return;
  end if;
  select coalesce(sum(r.page_views::bigint), 0) into page_views
  from :schema.run_on_servers(format('call :schema.read_histories_here(%L, %s, null)', phase, p_limit)) r (page_views);
  if page_views = 0 then
    -- others may be reading the rest
    phase := null;
    perform pg_sleep(0.1);
  end if;
end
$$;`,
  },
  {
    name: "count_forgettable_step",
    file: "citus/functions/retention.sql",
    line: 1,
    sql: `-- Forgetting on Citus: who was not seen for long is found in all shards, and made anonymous as anonymising does it.

-- How many would a step of forgetting forget, and how many views of theirs are counted?
create or replace function :schema.count_forgettable_step(
  p_kind text, p_before date, p_position jsonb, p_limit integer,
  out accounts bigint, out visitor_ids bigint, out sessions bigint, out views bigint, out next_position jsonb
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_people record := :schema.forgettable_people(p_kind, p_before, p_position, p_limit);
begin
  accounts := cardinality(v_people.account_ids);
  visitor_ids := cardinality(v_people.visitor_ids);
  sessions := cardinality(v_people.session_ids);
  next_position := v_people.next_position;
  select coalesce(sum(coalesce(v.visit_count, 1)), 0) into views
  from :schema.analytics_entity_visitors v
  where (v.kind = 'a' and v.visitor_id = any (v_people.account_ids:::visitor_id_type[]))
    or (v.kind = 's' and v.visitor_id = any (v_people.session_ids:::visitor_id_type[]))
    or (v.kind = 'v' and v.visitor_id = any (v_people.visitor_ids:::visitor_id_type[]));
end
$$;`,
  },
  {
    name: "rename_visitors_step",
    file: "citus/functions/retention.sql",
    line: 27,
    sql: `-- Give the page views of those who were not seen since p_before to nobody: see forgettable_people. Says how many accounts, visitor_ids and sessions these
-- were, how many views of theirs stay counted, where to go on, and whom forget_in_slices() is to forget; NULL when nobody.
create or replace function :schema.rename_visitors_step(
  p_kind text, p_before date, p_position jsonb, p_limit integer, p_receipt uuid, p_actor text,
  out accounts bigint, out visitor_ids bigint, out sessions bigint, out views bigint, out next_position jsonb, out people jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_people record := :schema.forgettable_people(p_kind, p_before, p_position, p_limit);
begin
  accounts := cardinality(v_people.account_ids);
  visitor_ids := cardinality(v_people.visitor_ids);
  sessions := cardinality(v_people.session_ids);
  next_position := v_people.next_position;
  views := 0;
  if accounts + visitor_ids + sessions = 0 then
    return;
  end if;
  select r.views, r.people into views, people
  from :schema.rename_people(v_people.account_ids, v_people.session_ids, v_people.visitor_ids) r;
  update :schema.analytics_settings s set forgotten_before = p_before where p_before > coalesce(s.forgotten_before, '-infinity');
  insert into :schema.analytics_audit (action, subject, views, receipt, actor)
  values ('forget_visitors', jsonb_build_object('kind', p_kind, 'last_seen_before', p_before), views, p_receipt, p_actor);
end
$$;`,
  },
  {
    name: "ask_slice",
    file: "citus/functions/several-entities.sql",
    line: 1,
    sql: `-- Questions about several entities: their slices are asked at once, by one statement that Citus sends to their shards, and put together here.

-- What does the slice of this key answer to a question of its own, with these arguments by name? Its rows as JSON, in their order.
create or replace function :schema.ask_slice(p_slice_key :entity_id_type, p_question text, p_arguments jsonb) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_answers jsonb;
begin
  execute (
    select format(
      'select jsonb_agg(to_jsonb(a)) from %I.%I(%s) a', :schema.schema_of_slice(:schema.slice_of_entity(p_slice_key)), p_question,
      string_agg(format('%I => %L', p.name, p.value), ', ')
    )
    from jsonb_each_text(p_arguments) p (name, value)
  ) into v_answers;
  return v_answers;
end
$$;`,
  },
  {
    name: "ask_slices",
    file: "citus/functions/several-entities.sql",
    line: 22,
    sql: `-- What do these slices answer to a question, each asked with its own arguments: {"102008": {"p_limit": 10}}? All at once. Each answer is as fresh as all
-- together. Those of a server are asked on the one connection that Citus keeps to it, where functions have their plans already, which others would
-- make in tens of milliseconds: only what takes long is asked on more.
create or replace function :schema.ask_slices(p_question text, p_arguments jsonb) returns table (slice integer, nth bigint, answer jsonb)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set citus.executor_slow_start_interval = 100
as $$
#variable_conflict use_column
declare
  v_keys :entity_id_type[] := array(select :schema.key_of_slice(k.slice::integer) from jsonb_object_keys(p_arguments) k (slice));
  v_slices integer[];
  v_answers jsonb[];
begin
  select array_agg(a.slice), array_agg(a.answers) into v_slices, v_answers
  from (
    select
      :schema.slice_of_entity(k.slice_key) as slice,
      :schema.ask_slice(k.slice_key, p_question, p_arguments -> :schema.slice_of_entity(k.slice_key)::text) as answers
    from :schema.slice_keys k
    where k.slice_key = any (v_keys)
  ) a;
  return query
  select s.slice, a.nth, a.answer || f.freshness
  from (
    select
      jsonb_build_object(
        'live', bool_and((s.answers -> 0 ->> 'live')::boolean), 'pending_changes', sum((s.answers -> 0 ->> 'pending_changes')::integer),
        'folded_through', min(s.answers -> 0 ->> 'folded_through')
      ) as freshness
    from unnest(v_answers) s (answers)
  ) f
  cross join unnest(v_slices, v_answers) s (slice, answers)
  cross join lateral jsonb_array_elements(s.answers) with ordinality a (answer, nth);
end
$$;`,
  },
  {
    name: "entities_by_slice",
    file: "citus/functions/several-entities.sql",
    line: 60,
    sql: `-- These entities by their slices, as arguments of a question with which each is asked of its own.
create or replace function :schema.entities_by_slice(p_entity_types text[], p_entity_ids :entity_id_type[], p_arguments jsonb) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if array_position(p_entity_ids, null) is not null then
    raise exception 'on Citus every page view has an entity, and every question is about one' using errcode = 'feature_not_supported';
  end if;
  return (
    select jsonb_object_agg(s.slice, p_arguments || jsonb_build_object('p_entity_types', s.types::text, 'p_entity_ids', s.ids::text))
    from (
      select
        :schema.slice_of_entity(e.entity_id) as slice, array_agg(e.entity_type order by e.nth) as types,
        array_agg(e.entity_id order by e.nth) as ids
      from unnest(p_entity_types, p_entity_ids) with ordinality e (entity_type, entity_id, nth)
      group by 1
    ) s
  );
end
$$;`,
  },
  {
    name: "answers_of_entities",
    file: "citus/functions/several-entities.sql",
    line: 82,
    sql: `-- What is answered to a question of several entities about each of them, in their order?
create or replace function :schema.answers_of_entities(p_question text, p_arguments jsonb) returns setof jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_types text[] := p_arguments ->> 'p_entity_types';
  v_ids :entity_id_type[] := p_arguments ->> 'p_entity_ids';
  v_arguments jsonb := :schema.entities_by_slice(v_types, v_ids, p_arguments);
begin
  return query
  select a.answer
  from (
    select e.slice, e.nth, row_number() over (partition by e.slice order by e.nth) as nth_of_slice
    from (
      select :schema.slice_of_entity(i.id) as slice, i.nth from unnest(v_ids) with ordinality i (id, nth)
    ) e
  ) e
  join :schema.ask_slices(p_question, v_arguments) a on a.slice = e.slice and a.nth = e.nth_of_slice
  order by e.nth;
end
$$;`,
  },
  {
    name: "top_of_slices",
    file: "citus/functions/several-entities.sql",
    line: 105,
    sql: `-- Which entities of all slices are viewed most? See top_entities: the first of what each slice says of its own, as JSON.
create or replace function :schema.top_of_slices(p_arguments jsonb) returns setof jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_local_time timestamp := (select now() at time zone z.time_zone from :schema.reporting_zone() z);
  v_score_date date := least((p_arguments ->> 'p_end_date')::date, v_local_time::date - 1);
  v_arguments jsonb;
begin
  if p_arguments ->> 'p_owner_id' is not null then
    raise exception 'p_owner_id is %, and on Citus nothing is kept of owners: leave it out', p_arguments ->> 'p_owner_id' using errcode = 'feature_not_supported';
  end if;
  if p_arguments ->> 'p_sort' <> 'trending' or v_score_date < (p_arguments ->> 'p_start_date')::date then
    v_score_date := null;
  end if;
  v_arguments := p_arguments - 'p_owner_id' || jsonb_build_object('p_score_date', v_score_date, 'p_local_time', v_local_time);
  return query
  select r.answer
  from (
    select
      a.answer, e.entity_type,
      row_number() over (
        order by
          e.entity_type is null, e.score desc nulls last, case when e.score is null then e.most end desc nulls last, e.first_viewed,
          e.entity_type collate "C", coalesce(e.entity_id, :no_entity)
      ) as place
    from :schema.ask_slices(
      'top_of_slice',
      (select jsonb_object_agg(s.shardid, v_arguments) from pg_dist_shard s where s.logicalrelid = :'page_views'::regclass)
    ) a
    cross join lateral jsonb_to_record(a.answer) e (
      entity_type text, entity_id :entity_id_type, score numeric, most bigint, first_viewed timestamptz
    )
  ) r
  -- without any, one says how fresh that is
  where r.place = 1 or r.entity_type is not null and r.place <= (p_arguments ->> 'p_limit')::integer
  order by r.place;
end
$$;`,
  },
  {
    name: "visitors_together",
    file: "citus/functions/several-entities.sql",
    line: 146,
    sql: `-- How many visitors and accounts viewed at least one of these entities on these dates, and how many of them none before? As one Postgres has it: when they
-- have had more than p_max, which slices say first, nobody is fetched.
create or replace function :schema.visitors_together(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_max integer,
  out known_visitors bigint, out visitors bigint, out accounts bigint, out new_visitors bigint, out new_accounts bigint
)
language plpgsql stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_dates jsonb := jsonb_build_object('p_start_date', p_start_date, 'p_end_date', p_end_date);
begin
  known_visitors := (
    select coalesce(sum((a.answer ->> 'known_visitors')::bigint), 0)
    from :schema.ask_slices('visitors_together', :schema.entities_by_slice(p_entity_types, p_entity_ids, v_dates || '{"p_max": -1}')) a
  );
  if known_visitors > p_max then
    return;
  end if;
  select
    count(*), count(*) filter (where v.kind = 'a'), count(*) filter (where not v.came_before),
    count(*) filter (where v.kind = 'a' and not v.came_before)
  into visitors, accounts, new_visitors, new_accounts
  from (
    select s.kind, bool_or(s.came_before) as came_before
    from :schema.ask_slices('visitors_until', :schema.entities_by_slice(p_entity_types, p_entity_ids, v_dates)) a
    cross join lateral jsonb_to_record(a.answer) s (kind text, came_before boolean, came_since boolean, visitor_ids text[])
    cross join lateral unnest(s.visitor_ids) i (visitor_id)
    group by s.kind, i.visitor_id
    having bool_or(s.came_since)
  ) v;
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
-- page views could not be counted. A question that was sent here may make it, and asks others how far they have come, which Citus refuses otherwise.
create or replace function :schema.make_slice(p_slice integer) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set citus.allow_nested_distributed_execution = on
set client_min_messages = error
as $$
declare
  v_schema text := :schema.schema_of_slice(p_slice);
  v_script text;
  v_checksum text;
  v_grantee text;
  v_table record;
  v_table_name text;
  v_last bigint;
  v_started_at timestamptz := clock_timestamp();
  v_key :entity_id_type := :schema.key_of_slice(p_slice);
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
  execute format('alter view %I.outgoing_changes alter entity_id set default %L', v_schema, v_key);
  foreach v_table_name in array array['visitor_sessions', 'session_changes', 'outgoing_entries', 'fetched_changes'] loop
    execute format('alter view %I.%I alter slice_key set default %L', v_schema, v_table_name, v_key);
  end loop;
  execute replace(replace(v_script, 'headcount slice schema', v_schema), '''headcount slice number''', p_slice::text);
  execute format(
    'update %1$I.analytics_settings set history_complete = false, history_position = h.position from %1$I.unread_histories h', v_schema
  );
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
    name: "hold_slice",
    file: "citus/functions/slices.sql",
    line: 136,
    sql: `-- Keep this slice on this server until the transaction ends, with all that it needs. False when its shard has moved away.
-- A shard does not move while this lock is held; before it was, it may have.
create or replace function :schema.hold_slice(p_slice integer) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform lock_shard_metadata(5, array[p_slice::bigint]);
  if not :schema.is_slice_here(p_slice) then
    return false;
  end if;
  if not :schema.is_slice_made(p_slice) then
    perform :schema.make_slice(p_slice);
  end if;
  return true;
end
$$;`,
  },
  {
    name: "make_slices_here",
    file: "citus/functions/slices.sql",
    line: 154,
    sql: `-- Make what slices of this server lack, and drop those whose shard is elsewhere by now. Returns how many that were.
create or replace function :schema.make_slices_here() returns integer
language plpgsql
security definer
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
    name: "refuse_without_right",
    file: "citus/functions/slices.sql",
    line: 183,
    sql: `-- Fail unless the role that asks may have servers run this function: what they answer has the words of an error, and no code.
create or replace function :schema.refuse_without_right(p_function text) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if not (
    select bool_and(has_function_privilege(p.oid, 'execute'))
    from pg_proc p
    where p.pronamespace = :'schema'::regnamespace and p.proname = p_function
  ) then
    raise exception 'permission denied for function %', p_function
      using errcode = 'insufficient_privilege';
  end if;
end
$$;`,
  },
  {
    name: "run_on_servers",
    file: "citus/functions/slices.sql",
    line: 200,
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
    name: "run_slice_here",
    file: "citus/functions/slices.sql",
    line: 231,
    sql: `-- Run this function of a slice, with these arguments, in a transaction that sees what others have committed before it waited for them, whatever the
-- default of this server.
create or replace procedure :schema.run_slice_here(p_slice integer, p_function text, p_arguments text[], inout p_answer text)
language plpgsql
as $$
begin
  commit;
  set transaction isolation level read committed;
  execute (
    select pg_catalog.format('select :schema.%I(%s)', p_function, pg_catalog.string_agg(pg_catalog.quote_nullable(a.value), ', ' order by a.nth))
    from pg_catalog.unnest(pg_catalog.array_prepend(p_slice::text, p_arguments)) with ordinality a (value, nth)
  ) into p_answer;
end
$$;`,
  },
  {
    name: "run_on_slice",
    file: "citus/functions/slices.sql",
    line: 246,
    sql: `-- Run this function of a slice, with these arguments, on the server that has its shard. Returns what it answers; fails when that is NULL, as it is
-- where the shard has moved away.
create or replace function :schema.run_on_slice(p_slice integer, p_function text, variadic p_arguments text[] default '{}') returns text
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_answer record;
begin
  perform :schema.refuse_without_right(p_function);
  select r.success, r.result into strict v_answer
  from pg_dist_placement p
  join pg_dist_node n on n.groupid = p.groupid and n.noderole = 'primary'
  cross join lateral master_run_on_worker(
    array[n.nodename::text], array[n.nodeport],
    array[format('call :schema.run_slice_here(%s, %L, %L, null)', p_slice, p_function, p_arguments)], false
  ) r
  where p.shardid = p_slice and p.shardstate = 1;
  if not v_answer.success then
    raise exception '%', regexp_replace(v_answer.result, '^ERROR:\\s+', '');
  elsif coalesce(v_answer.result, '') = '' then
    raise exception 'slice % has moved: ask once more', p_slice
      using errcode = 'serialization_failure';
  end if;
  return v_answer.result;
end
$$;`,
  },
  {
    name: "step_of_slices",
    file: "citus/functions/slices.sql",
    line: 274,
    sql: `-- One step of what this function does in all slices, one after the other: it answers what it did, whether it is done with its slice, and where to go on
-- after this. That names the slice; done when the last one is.
create or replace function :schema.step_of_slices(p_function text, p_after jsonb, variadic p_arguments text[]) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_slice integer;
  v_after jsonb := p_after;
  v_step jsonb;
begin
  for v_slice in
    select s.shardid::integer from pg_dist_shard s
    where s.logicalrelid = :'page_views'::regclass and (p_after is null or s.shardid >= (p_after ->> 'slice')::bigint)
    order by s.shardid
  loop
    v_step := :schema.run_on_slice(v_slice, p_function, variadic array_prepend(v_after::text, p_arguments));
    exit when not (v_step ->> 'done')::boolean;
    v_after := null;
  end loop;
  return v_step || jsonb_build_object('after', (nullif(v_step -> 'after', 'null') || jsonb_build_object('slice', v_slice)));
end
$$;`,
  },
  {
    name: "make_slices",
    file: "citus/functions/slices.sql",
    line: 298,
    sql: `-- Make what slices lack, on all servers. Returns how many that were.
create or replace function :schema.make_slices() returns integer
language sql
return (select coalesce(sum(r.made::integer), 0)::integer from :schema.run_on_servers('select :schema.make_slices_here()') r (made));`,
  },
  {
    name: "drop_slices_here",
    file: "citus/functions/slices.sql",
    line: 303,
    sql: `-- Drop the slices of this server: before Headcount is taken out.
create or replace function :schema.drop_slices_here() returns void
language plpgsql
security definer
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
    line: 320,
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
security definer
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
    line: 42,
    sql: `-- The same of each server.
create or replace function :schema.status_of_servers() returns setof jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform :schema.refuse_without_right('status_here');
  return query select r.status::jsonb from :schema.run_on_servers('select :schema.status_here()') r (status);
end
$$;`,
  },
  {
    name: "capture_faults",
    file: "citus/functions/status.sql",
    line: 53,
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
      format('The slices %s lack their functions, as after a move of their shards: the next fold makes them, or question about their entities.', v_lacking),
      format('SELECT %s.make_slices();', :'schema');
  end if;
end
$$;`,
  },
  {
    name: "changes_on_their_way",
    file: "citus/functions/status.sql",
    line: 90,
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
    line: 117,
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
    line: 158,
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
    line: 177,
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
    line: 205,
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
    line: 232,
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
    select
      s.slice_key, s.entry_entity_id as entity_id, (s.first_seen_at at time zone p_time_zone)::date as date,
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
    line: 42,
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
    line: 88,
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
    line: 107,
    sql: `-- One step of verifying a slice of this server, as one Postgres has it. NULL when its shard has moved away.
create or replace function :schema.verify_slice(
  p_slice integer, p_after jsonb, p_limit integer, p_most integer, p_share double precision, p_seed bigint
) returns jsonb
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_step jsonb;
begin
  if not :schema.hold_slice(p_slice) then
    return null;
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
    line: 130,
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
begin
  return query
  select s.*
  from jsonb_to_record(
    :schema.step_of_slices('verify_slice', p_after, p_limit::text, p_most::text, p_share::text, p_seed::text)
  ) s (
    page_views bigint, entities bigint, differences bigint, listed jsonb, date_from date, date_to date, done boolean, after jsonb
  );
end
$$;`,
  },
  {
    name: "share_of_entities",
    file: "citus/functions/verifying.sql",
    line: 151,
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
