-- What the client is answered about visitors, in one row: a column each as a JSON array.

-- Which are the latest page views of each of these visitors? place is that of the visitor. They are between two instants,
-- and on these dates of a time zone, which is NULL when that is all time. Who has an account is found by it, who has none
-- by the visitor_id or the session. A page view without an entity has NULL, or the value that stands for no entity in our tables: of each
-- p_limit are found, and those that share the last one's instant. What was viewed is said where it is not this entity, but of this group.
--
-- The columns of the visitor's index are compared as rows, and "is null" is hidden. By "=", the planner takes the index by
-- entity and time for as good, because it does not know which entity it will be, and reads all page views of a big one for each
-- visitor, who may have come last a year ago: seconds for a page of a hundred.
create or replace function :schema.latest_visits(
  p_entity_type text, p_entity_id :entity_id_type, p_visitors :schema.listed_visitor[], p_from timestamptz,
  p_until timestamptz, p_time_zone text, p_start_date date, p_end_date date, p_limit integer
) returns table (place bigint, viewed_at timestamptz, referrer_url text, entity_type text, entity_id :entity_id_type)
language sql stable
begin atomic
  select u.ordinality, v.viewed_at, v.referrer_url, null::text, null:::entity_id_type
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where pv.account_id is not null
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (case when u.kind = 'a' then u.visitor_id:::account_id_type end, p_entity_type, p_entity_id, p_from)
      and (pv.account_id, pv.entity_type, pv.entity_id, pv.viewed_at) < (case when u.kind = 'a' then u.visitor_id:::account_id_type end, p_entity_type, p_entity_id, p_until)
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.account_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where u.kind = 'a'
  union all
  select u.ordinality, v.viewed_at, v.referrer_url, null, null
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where pv.account_id is not null
      and (pv.account_id, pv.entity_type) >= (case when u.kind = 'a' then u.visitor_id:::account_id_type end, p_entity_type) and (pv.account_id, pv.entity_type) <= (case when u.kind = 'a' then u.visitor_id:::account_id_type end, p_entity_type)
      and (pv.entity_id is null) is true and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.account_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where u.kind = 'a' and p_entity_id = :no_entity
  union all
  select u.ordinality, v.viewed_at, v.referrer_url, null, null
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where pv.session_id is not null and pv.account_id is null and pv.visitor_id is null
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (case when u.kind = 's' then u.visitor_id:::session_id_type end, p_entity_type, p_entity_id, p_from)
      and (pv.session_id, pv.entity_type, pv.entity_id, pv.viewed_at) < (case when u.kind = 's' then u.visitor_id:::session_id_type end, p_entity_type, p_entity_id, p_until)
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.session_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where u.kind = 's'
  union all
  select u.ordinality, v.viewed_at, v.referrer_url, null, null
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where pv.session_id is not null and pv.account_id is null and pv.visitor_id is null
      and (pv.session_id, pv.entity_type) >= (case when u.kind = 's' then u.visitor_id:::session_id_type end, p_entity_type) and (pv.session_id, pv.entity_type) <= (case when u.kind = 's' then u.visitor_id:::session_id_type end, p_entity_type)
      and (pv.entity_id is null) is true and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.session_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where u.kind = 's' and p_entity_id = :no_entity
  union all
  select u.ordinality, v.viewed_at, v.referrer_url, null, null
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where pv.visitor_id is not null and pv.account_id is null
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) >= (case when u.kind = 'v' then u.visitor_id:::session_id_type end, p_entity_type, p_entity_id, p_from)
      and (pv.visitor_id, pv.entity_type, pv.entity_id, pv.viewed_at) < (case when u.kind = 'v' then u.visitor_id:::session_id_type end, p_entity_type, p_entity_id, p_until)
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.visitor_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where u.kind = 'v'
  union all
  select u.ordinality, v.viewed_at, v.referrer_url, null, null
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where pv.visitor_id is not null and pv.account_id is null
      and (pv.visitor_id, pv.entity_type) >= (case when u.kind = 'v' then u.visitor_id:::session_id_type end, p_entity_type) and (pv.visitor_id, pv.entity_type) <= (case when u.kind = 'v' then u.visitor_id:::session_id_type end, p_entity_type)
      and (pv.entity_id is null) is true and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.visitor_id desc, pv.entity_type desc, pv.entity_id desc, pv.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where u.kind = 'v' and p_entity_id = :no_entity
  union all
  select u.ordinality, v.viewed_at, v.referrer_url, v.entity_type, v.entity_id
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select g.* from :schema.visits_to_group(
      p_entity_type, p_entity_id, u.kind, u.visitor_id, p_from, p_until, p_time_zone, p_start_date, p_end_date
    ) g
    order by g.viewed_at desc
    fetch first p_limit rows with ties
  ) v
  where :schema.is_group_type(p_entity_type);
end;

-- What are these visitors called? place is that of the visitor. The host's view may call functions of the host's: this is
-- inlined where its search_path holds.
create or replace function :schema.named_visitors(p_visitors :schema.listed_visitor[])
returns table (place bigint, username text, display_name text)
language sql stable
begin atomic
  select distinct on (u.ordinality) u.ordinality, a.username, coalesce(a.display_name, a.username, 'Anonymous')
  from unnest(p_visitors) with ordinality u
  left join :schema.analytics_accounts a
    on a.account_id = case when u.kind = 'a' then u.visitor_id:::account_id_type end
  order by u.ordinality, a.username, a.display_name;
end;

-- A column each as a JSON array, in the order of the visitors; instants in UTC with all their digits. Of the latest visits
-- as well, which visit_places gives to their visitors; without page views there are none. Those of sealed months may be gone: visits_from says
-- from which date on all are there. NULL where there is nothing. entities: of a group, how many of its entities each viewed, unless page views
-- of these dates may be gone.
create or replace function :schema.columns_of_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_visitors :schema.listed_visitor[],
  p_start_date date, p_end_date date, p_visits_limit integer,
  out kinds text, out account_ids text, out refs text, out visit_counts text, out days_visited text, out first_visits text,
  out last_visits text, out avg_times_on_page text, out visit_places text, out visit_times text, out visit_referrers text,
  out visits_from text, out entities text, out visit_entity_types text, out visit_entity_ids text
)
language plpgsql stable
:settings_of_readers
set timezone = 'UTC'
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_sealed_before date := (select s.sealed_before from :schema.analytics_settings s);
  -- the index gets a day's margin; outside the years 1 to 9999 nothing is counted
  v_from timestamptz := greatest(
    p_start_date::timestamp at time zone v_time_zone - interval '1 day', timestamptz '0001-01-02 00:00:00+00'
  );
  v_until timestamptz := least(
    p_end_date::timestamp at time zone v_time_zone + interval '2 days', timestamptz '9999-12-31 00:00:00+00'
  );
begin
  if p_start_date < v_sealed_before then
    visits_from := v_sealed_before::text;
    p_start_date := v_sealed_before;
    v_from := greatest(v_from, v_sealed_before::timestamp at time zone v_time_zone - interval '1 day');
  end if;
  select
    json_agg(v.kind), json_agg(case when v.kind = 'a' then v.visitor_id::text end),
    json_agg(v.ref), json_agg(v.visit_count), json_agg(v.days_visited),
    json_agg(v.first_visit::timestamp), json_agg(v.last_visit::timestamp), json_agg(v.avg_time_on_page)
  into kinds, account_ids, refs, visit_counts, days_visited, first_visits, last_visits, avg_times_on_page
  from (
    select
      u.kind, u.visitor_id, u.visit_count, u.days_visited, u.avg_time_on_page, r.ref,
      case when u.kind = 'n' then date_trunc('day', u.first_visit, v_time_zone) else u.first_visit end as first_visit,
      case when u.kind = 'n' then date_trunc('day', u.last_visit, v_time_zone) else u.last_visit end as last_visit
    from unnest(p_visitors) with ordinality u
    join :schema.refs_of_visitors(p_entity_type, p_entity_id, p_visitors) r on r.place = u.ordinality
    order by u.ordinality
  ) v;

  if p_start_date = '-infinity' and p_end_date = 'infinity' then
    v_time_zone := null;
  end if;
  if :schema.is_group_type(p_entity_type) then
    entities := case
      when visits_from is null then :schema.entities_of_visitors(
        p_entity_type, p_entity_id, p_visitors, v_from, v_until, v_time_zone, p_start_date, p_end_date
      )
      else (select json_agg(null::integer)::text from unnest(p_visitors))
    end;
  end if;
  select
    json_agg(v.place), json_agg(v.viewed_at::timestamp), json_agg(v.referrer_url),
    json_agg(v.entity_type) filter (where v.entity_type is not null),
    json_agg(nullif(v.entity_id, :no_entity)::text) filter (where v.entity_type is not null)
  into visit_places, visit_times, visit_referrers, visit_entity_types, visit_entity_ids
  from (
    select
      l.*,
      row_number() over (partition by l.place order by l.viewed_at desc, l.referrer_url, l.entity_type collate "C", l.entity_id) as nth
    from :schema.latest_visits(
      p_entity_type, p_entity_id, p_visitors, v_from, v_until, v_time_zone, p_start_date, p_end_date, p_visits_limit
    ) l
    order by l.place, l.viewed_at desc, l.referrer_url, l.entity_type collate "C", l.entity_id
  ) v
  where v.nth <= p_visits_limit;
end
$$;

-- A page of the list with the latest p_visits_limit page views of each visitor; without p_with_names no account has a name or an id. For
-- the other arguments see list_visitors; p_after_ref: who p_after is, where that is nobody with an account;
-- when nobody has it, there is no row; end_ref: what to go on behind, where the page ends with somebody without a name. Of the first page it says how many may not be seen. In SQL, so that the host's view of accounts
-- runs with the search_path of the host.
create or replace function :schema.columns_of_page(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_search text, p_sort text, p_after :schema.listed_visitor, p_after_ref text, p_limit integer,
  p_visits_limit integer, p_with_names boolean default true
) returns table (
  kinds text, account_ids text, refs text, end_ref text, usernames text, display_names text, viewers text, visit_counts text, days_visited text,
  first_visits text, last_visits text, avg_times_on_page text, visit_places text, visit_times text, visit_referrers text,
  visits_from text, entities text, visit_entity_types text, visit_entity_ids text,
  hidden_visitors double precision, hidden_views double precision, live boolean, pending_changes integer, folded_through text
)
language sql stable
begin atomic
  select
    c.kinds, c.account_ids, c.refs,
    -- a page ends one before the last, which says that there is a next one
    case
      when (v.visitors[p_limit - 1]).kind = 'n' then (
        select r.ref
        from :schema.refs_of_visitors(
          p_entity_type, coalesce(p_entity_id, :no_entity),
          array[
            row(
              'p', (v.visitors[p_limit - 1]).visitor_id, (v.visitors[p_limit - 1]).visit_count, null,
              (v.visitors[p_limit - 1]).first_visit, (v.visitors[p_limit - 1]).last_visit, null
            ):::schema.listed_visitor
          ]
        ) r
      )
    end,
    n.usernames, n.display_names,
    case when s.viewer_attributes <> '{}' then :schema.attributes_of_visitors(v.visitors, s.viewer_attributes) end,
    c.visit_counts, c.days_visited, c.first_visits, c.last_visits, c.avg_times_on_page, c.visit_places, c.visit_times, c.visit_referrers,
    c.visits_from, c.entities, c.visit_entity_types, c.visit_entity_ids, h.hidden[1], h.hidden[2], l.is_live, l.pending_changes, :schema.instant_text(l.folded_through)
  from (
    select case
      when p_after_ref is null then p_after
      else :schema.visitor_of_ref(p_entity_type, coalesce(p_entity_id, :no_entity), p_after_ref, p_after)
    end as visitor
  ) a
  cross join lateral :schema.list_visitors(
    p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account, p_search, p_sort, a.visitor, p_limit
  ) l
  cross join lateral (
    select case when p_with_names then l.visitors else :schema.visitors_without_names(l.visitors) end as visitors
    offset 0
  ) v
  cross join lateral :schema.columns_of_visitors(
    p_entity_type, coalesce(p_entity_id, :no_entity), v.visitors, p_start_date, p_end_date, p_visits_limit
  ) c
  cross join lateral (
    select json_agg(a.username)::text as usernames, json_agg(a.display_name)::text as display_names
    from :schema.named_visitors(v.visitors) a
  ) n
  cross join :schema.analytics_settings s
  -- of the first page only: it is the same for all
  cross join lateral (
    select
      case
        -- a row with a NULL in it is neither null nor not null
        when not (p_after is null) or p_after_ref is not null then null
        when :schema.has_visibility() then :schema.hidden_visitors(p_entity_type, p_entity_id, p_start_date, p_end_date)
        else '{0,0}'
      end as hidden
  ) h
  where p_after_ref is null or not a.visitor is null;
end;

-- The one read of the client: see columns_of_page. In PL/pgSQL, which keeps the plan: planned for each call, as the client's
-- statements are, the page of an entity with few visitors would take longer to plan than to read. It has no search_path of its own, for
-- the host's view of accounts runs with that of the host; so it says nothing that could be found on another one.
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
  return query
  select c.*
  from :schema.columns_of_page(
    p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account, p_search, p_sort, p_after, p_after_ref, p_limit,
    p_visits_limit, p_with_names
  ) c;
end
$$;
