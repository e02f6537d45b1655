-- Accounts on Citus. Where the host has them is the host's to say: on all servers, in shards of their own, or on the coordinator. So the coordinator
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
$$;

-- The rows of the host's view that these accounts have. Like all that asks the view, this has no search_path of its own, for functions of the host's,
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
$$;

-- Which of these accounts, or of all when they are NULL, have a username or a display name like this?
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
$$;

create or replace function :schema.named_visitors(p_visitors :schema.listed_visitor[])
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
end;

create or replace function :schema.attributes_of_visitors(p_visitors :schema.listed_visitor[], p_attributes text[]) returns text
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
end;

create or replace function :schema.shown_visitors(p_visitors :schema.listed_visitor[], p_only_named boolean)
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
end;

-- Where few accounts viewed the entity, only those are asked for their names; where many did, the first of them, and when these do not fill the page,
-- all accounts there are.
create or replace function :schema.accounts_named(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_search text, p_sort text, p_after :schema.listed_visitor, p_limit integer
) returns :visitor_id_type[]
language sql stable
begin atomic
  with
  search as materialized (
    select '%' || regexp_replace(p_search, '([\\%_])', '\\\1', 'g') || '%' as pattern, v.accounts
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
end;

-- A page of everybody, as the slice of the entity has it, with the names of accounts: what one question to one shard answers.
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
end;

create or replace function :schema.visitor_columns(
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
$$;

-- Of attributes of viewers; facts of page views are asked for where their shard is.
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
end;

create or replace function :schema.breakdown_columns(
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
$$;
