-- Who came last, or for the first time last? Found from the end of the dates backwards, and read no further than needed.
--
-- Both indexes have dates, of which all is read and sorted by instants. With enable_sort on, the planner, who expects few
-- visitors of an entity, would read and sort all that it ever had, however few are asked for: 300 ms of a big one in the
-- place of 2. Only an incremental sort is left to it.

-- Who viewed the entity for the first time on these dates, not before p_since, and comes behind p_after? The latest
-- p_limit. p_once: only who never came back.
create or replace function :schema.latest_newcomers(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_since timestamptz, p_once boolean,
  p_is_account boolean, p_accounts :visitor_id_type[], p_sort text, p_after :schema.listed_visitor, p_limit integer,
  p_touched :schema.listed_visitor[]
) returns setof :schema.listed_visitor
language plpgsql stable
:settings_of_readers
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_is_all_time boolean := p_start_date = '-infinity' and p_end_date = 'infinity';
  -- the index has dates of UTC: those of the time zone are a day off, at most
  v_first_key bigint := greatest(
    :schema.entity_date_key(p_entity_type, p_entity_id, p_start_date - 1),
    :schema.entity_date_key(p_entity_type, p_entity_id, (p_since at time zone 'UTC')::date)
  );
  v_last_key bigint := least(
    :schema.entity_date_key(p_entity_type, p_entity_id, p_end_date + 1),
    :schema.entity_day_key(
      p_entity_type, p_entity_id, case when p_sort = 'first_visit' then (p_after).first_visit else (p_after).last_visit end
    )
  );
begin
  return query
  select (:schema.listed(v)).*
  from (
    select v.* from :schema.analytics_entity_visitors v
    where :schema.entity_day_key(v.entity_type, v.entity_id, v.first_visit) between v_first_key and v_last_key
      and v.entity_id is not distinct from p_entity_id and v.entity_type is not distinct from p_entity_type
      and (not p_once or v.visit_count is null)
      and v.first_visit >= p_since
      and (v_is_all_time or (v.first_visit at time zone v_time_zone)::date between p_start_date and p_end_date)
      and :schema.is_behind(p_sort, p_after, coalesce(v.visit_count, 1), v.first_visit, v.kind, v.visitor_id)
      and (p_is_account is null or (v.kind = 'a') = p_is_account)
      and (p_accounts is null or v.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
      and (v.visitor_id, v.kind) not in (select t.visitor_id, t.kind from unnest(p_touched) t)
    order by
      :schema.entity_day_key(v.entity_type, v.entity_id, v.first_visit) desc, v.first_visit desc,
      coalesce(v.visit_count, 1) desc, v.kind desc, v.visitor_id
    limit p_limit
  ) v;
end
$$;

-- Of those with more than one view ever: which of their days may be the last of these dates, or the first where they are
-- sorted by first_visit, or with visit_count the only one and one view? From its last or first view, not after p_until,
-- the latest p_limit, date by date, and those who share the last one's instant.
create or replace function :schema.latest_visitor_days(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_sort text, p_until timestamptz, p_limit integer,
  p_touched :schema.listed_visitor[]
) returns setof :schema.analytics_visitor_days
language plpgsql stable
:settings_of_readers
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  -- a day more, for dates are labels of local time: where clocks are set back, the next one may have begun earlier
  v_end_date date := least(p_end_date, (p_until at time zone v_time_zone)::date + 1);
begin
  if p_sort = 'first_visit' then
    return query
    select d.*
    from :schema.analytics_visitor_days d
    where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and v_end_date
      and d.first_view <= p_until and coalesce(d.prev_date < p_start_date, true)
      and (p_is_account is null or (d.kind = 'a') = p_is_account)
      and (p_accounts is null or d.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
      and (d.visitor_id, d.kind) not in (select t.visitor_id, t.kind from unnest(p_touched) t)
    order by d.date desc, d.first_view desc
    fetch first p_limit rows with ties;
    return;
  end if;

  -- from the index alone, so that first_view is not known
  return query
  select
    d.last_view, d.last_view, null::bigint, d.date, d.prev_date, d.views, null::integer, null::integer, d.kind, d.visitor_id,
    d.entity_id, d.entity_type
  from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and v_end_date
    and d.last_view <= p_until
    and (p_sort = 'last_visit' or d.views = 1 and coalesce(d.prev_date < p_start_date, true))
    and (p_is_account is null or (d.kind = 'a') = p_is_account)
    and (p_accounts is null or d.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
    and (d.visitor_id, d.kind) not in (select t.visitor_id, t.kind from unnest(p_touched) t)
  order by d.date desc, d.last_view desc
  fetch first p_limit rows with ties;
end
$$;

-- Who came last on these dates, behind p_after? The latest p_limit: by last_visit or by first_visit, or by visit_count,
-- of those who came once on these dates. Visitors of p_touched are left out. NULL when they are so scattered
-- that counting everybody would end sooner, p_furthest visitor-days back.
create or replace function :schema.visitors_by_time(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_sort text, p_after :schema.listed_visitor, p_limit integer,
  p_touched :schema.listed_visitor[], p_furthest bigint
) returns :schema.listed_visitor[]
language plpgsql stable
:settings_of_readers
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_until timestamptz := coalesce(
    case when p_sort = 'first_visit' then (p_after).first_visit else (p_after).last_visit end, 'infinity'
  );
  v_limit integer := p_limit;
  v_needed bigint;
  v_days :schema.analytics_visitor_days[];
  v_last timestamptz;
  v_since timestamptz;
  v_once :schema.listed_visitor[];
  v_returning :schema.listed_visitor[];
  v_found :schema.listed_visitor[];
begin
  -- over all time, nobody who came back came once, and a visitor's first visit is in the row
  if p_start_date = '-infinity' and p_end_date = 'infinity' and p_sort <> 'last_visit' then
    return array(
      select n
      from :schema.latest_newcomers(
        p_entity_type, p_entity_id, p_start_date, p_end_date, '-infinity', p_sort = 'visit_count',
        p_is_account, p_accounts, p_sort, p_after, p_limit, p_touched
      ) n
    );
  end if;

  loop
    v_days := array(
      select d
      from :schema.latest_visitor_days(
        p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account, p_accounts, p_sort, v_until, v_limit, p_touched
      ) d
    );
    -- all are known since the last of them, and where clocks were set back since the last view of the date before
    v_since := '-infinity';
    if cardinality(v_days) >= v_limit then
      v_last := case when p_sort = 'first_visit' then (v_days[v_limit]).first_view else (v_days[v_limit]).last_view end;
      v_since := greatest(v_last, (
        select max(d.last_view) + interval '1 microsecond' from :schema.analytics_visitor_days d
        where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date = (v_days[v_limit]).date - 1
      ));
    end if;
    v_once := array(
      select n
      from :schema.latest_newcomers(
        p_entity_type, p_entity_id, p_start_date, p_end_date, v_since, true,
        p_is_account, p_accounts, p_sort, p_after, v_limit, p_touched
      ) n
    );
    v_since := greatest(v_since, (v_once[v_limit]).first_visit);
    v_returning := array(
      select row(d.kind, d.visitor_id, null, null, null, null, null):::schema.listed_visitor
      from unnest(v_days) d
      where case when p_sort = 'first_visit' then d.first_view >= v_since else d.last_view >= v_since end
        and (p_sort = 'first_visit' or d.date = p_end_date or not exists (
          select 1 from :schema.visitor_day_after(p_entity_type, p_entity_id, d.kind, d.visitor_id, d.date) n
          where n.date <= p_end_date
        ))
    );
    v_found := v_once || array(
      select v
      from :schema.visitors_on_dates(p_entity_type, p_entity_id, p_start_date, p_end_date, v_returning) v
    );
    v_found := array(select f from :schema.first_visitors(v_found, p_sort, p_after, p_limit) f);
    if cardinality(v_found) = p_limit or v_since = '-infinity' then
      return v_found;
    end if;
    -- as many as it takes when it goes on like this, and half as many again
    v_needed := 1.5 * v_limit * p_limit / greatest(cardinality(v_found), 1);
    if v_needed > p_furthest then
      return null;
    end if;
    v_limit := v_needed;
  end loop;
end
$$;
