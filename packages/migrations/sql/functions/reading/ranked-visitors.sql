-- Who came most often, and more than once? Found without counting everybody: none of these functions reads those who came
-- once, who are most. Those of p_touched are left out, because it is known how they are, and they are added to the list later.

-- Who came most often ever, p_at_least times and behind p_after, from the p_skip'th on? In the order of the ranking index,
-- which is read from p_after on.
create or replace function :schema.ranked_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_is_account boolean, p_accounts :visitor_id_type[],
  p_at_least bigint, p_after :schema.listed_visitor, p_touched :schema.listed_visitor[], p_skip bigint, p_limit bigint
) returns setof :schema.analytics_entity_visitors
language sql stable
begin atomic
  select v.* from :schema.analytics_entity_visitors v
  where v.entity_type = p_entity_type and v.entity_id = p_entity_id
    and v.visit_count > 1 and v.visit_count >= p_at_least
    and (v.visit_count, v.last_visit)
      <= (coalesce((p_after).visit_count, 2147483647)::integer, coalesce((p_after).last_visit, 'infinity'))
    and :schema.is_behind('visit_count', p_after, v.visit_count, v.last_visit, v.kind, v.visitor_id)
    and (p_is_account is null or (v.kind = 'a') = p_is_account)
    and (p_accounts is null or v.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
    and (v.visitor_id, v.kind) not in (select t.visitor_id, t.kind from unnest(p_touched) t)
  order by v.visit_count desc, v.last_visit desc, v.kind desc, v.visitor_id
  offset p_skip limit p_limit;
end;

-- The first p_limit of these dates, found by walking the ranking of all time: a visitor cannot have come more often on
-- these dates than ever. So its visitors are counted on the dates, from the top, down to those who never came as often as
-- the last one found. NULL when the ranking is so flat that counting everybody would end sooner, p_furthest visitors down.
create or replace function :schema.walk_ranking(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_after :schema.listed_visitor, p_limit integer,
  p_touched :schema.listed_visitor[], p_furthest bigint
) returns :schema.listed_visitor[]
language plpgsql stable
:settings_of_readers
as $$
declare
  v_walked bigint := 0;
  v_step bigint := p_limit;
  v_ranked :schema.listed_visitor[];
  v_found :schema.listed_visitor[] := '{}';
  -- who came once is not in the ranking
  v_at_least bigint := 2;
begin
  loop
    v_ranked := array(
      select row(v.kind, v.visitor_id, null, null, null, null, null):::schema.listed_visitor
      from :schema.ranked_visitors(
        p_entity_type, p_entity_id, p_is_account, p_accounts, v_at_least, null, p_touched, v_walked, v_step
      ) v
    );
    v_found := v_found || array(
      select d from :schema.visitors_on_dates(p_entity_type, p_entity_id, p_start_date, p_end_date, v_ranked) d
      where d.visit_count > 1
    );
    v_found := array(select f from :schema.first_visitors(v_found, 'visit_count', p_after, p_limit) f);
    v_at_least := coalesce((v_found[p_limit]).visit_count, v_at_least);
    if cardinality(v_ranked) < v_step then
      return v_found;
    end if;
    v_walked := v_walked + v_step;
    -- where it would be given up, did they come as often as the last one found on these dates?
    if v_walked >= 4 * p_limit and exists (
      select 1
      from :schema.ranked_visitors(p_entity_type, p_entity_id, p_is_account, p_accounts, v_at_least, null, p_touched, p_furthest, 1) v
    ) then
      return null;
    end if;
    v_step := v_walked;
  end loop;
end
$$;

-- The first p_limit of these dates, found by counting all who came more than once on them.
-- Most visitor-days of a range are its visitor's first there and have one view. They are left out unread: who came again is
-- known by another day, which follows one of the range, and counts one more when the first was left out.
-- Grouped by hashing: see all_visitors.
create or replace function :schema.count_returning_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_after :schema.listed_visitor, p_limit integer,
  p_touched :schema.listed_visitor[]
) returns :schema.listed_visitor[]
language plpgsql stable
:settings_of_readers
set work_mem = '64MB'
set enable_sort = off
as $$
declare
  v_ranked :schema.listed_visitor[] := array(
    select row(v.kind, v.visitor_id, v.visit_count, null, null, v.last_visit, null):::schema.listed_visitor
    from (
      select
        d.kind, d.visitor_id,
        sum(d.views) + (not bool_or(coalesce(d.prev_date < p_start_date, true)))::integer as visit_count,
        max(d.last_view) as last_visit
      from :schema.analytics_visitor_days d
      where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date
        and (d.views > 1 or d.prev_date >= p_start_date)
        and (p_is_account is null or (d.kind = 'a') = p_is_account)
        and (p_accounts is null or d.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
        and (d.visitor_id, d.kind) not in (select t.visitor_id, t.kind from unnest(p_touched) t)
      group by d.kind, d.visitor_id
    ) v
    where :schema.is_behind('visit_count', p_after, v.visit_count, v.last_visit, v.kind, v.visitor_id)
    order by v.visit_count desc, v.last_visit desc, v.kind desc, v.visitor_id
    limit p_limit
  );
begin
  v_ranked := array(
    select d from :schema.visitors_on_dates(p_entity_type, p_entity_id, p_start_date, p_end_date, v_ranked) d
  );
  return array(select f from :schema.first_visitors(v_ranked, 'visit_count', p_after, p_limit) f);
end
$$;

-- Who came more than once on these dates, or ever (from -infinity to infinity)? The first p_limit by visit_count, behind
-- p_after. p_many: how many visitors the dates have, each counted once a day.
-- The ranking is read in its order: with enable_sort on, the planner, who expects few, reads and sorts all of it where the table is small.
create or replace function :schema.returning_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_after :schema.listed_visitor, p_limit integer,
  p_touched :schema.listed_visitor[], p_many bigint
) returns :schema.listed_visitor[]
language plpgsql stable
:settings_of_readers
set enable_sort = off
as $$
declare
  -- fewer are counted sooner than the ranking is walked
  c_many constant integer := 60000;
  -- to count a visitor by its days costs about as much as counting so many visitor-days
  c_days_of_one constant integer := 50;
  v_walked :schema.listed_visitor[];
begin
  if p_start_date = '-infinity' and p_end_date = 'infinity' then
    return array(
      select :schema.listed(v)
      from :schema.ranked_visitors(p_entity_type, p_entity_id, p_is_account, p_accounts, 2, p_after, p_touched, 0, p_limit) v
    );
  end if;
  if p_many >= c_many then
    v_walked := :schema.walk_ranking(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account, p_accounts, p_after, p_limit, p_touched,
      p_many / c_days_of_one
    );
  end if;
  return coalesce(v_walked, :schema.count_returning_visitors(
    p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account, p_accounts, p_after, p_limit, p_touched
  ));
end
$$;
