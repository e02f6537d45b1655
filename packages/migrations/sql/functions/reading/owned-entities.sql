-- Of one owner's entities: which are they, and how much of each is the owner's? Views keep the owner that they had, so an entity that was sold has
-- some of both. Where all views of these dates are the owner's, its rollups say everything; where they are not, page views do.

-- Which entities has this owner? Ever, where page views have the index that the level brings: from one entity to the next, however many views each
-- has. Without it, all that it had between two dates.
create or replace function :schema.entities_of_owner(p_owner_id :entity_id_type, p_start_date date, p_end_date date)
returns table (entity_type text, entity_id :entity_id_type)
language plpgsql stable
:settings_of_readers
-- the planner, which does not know how far it is to the next one, would read and sort all views of the owner for each
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
#variable_conflict use_column
begin
  if not exists (
    select 1
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    where i.indrelid = :'page_views'::regclass and c.relname = 'idx_page_views_owner_entity' and i.indisvalid and i.indnkeyatts = 3
  ) then
    return query
    select distinct pv.entity_type::text, coalesce(pv.entity_id:::entity_id_type, :no_entity)
    from :schema.reporting_zone() z
    cross join :page_view_rows pv
    where pv.owner_id = p_owner_id and not :schema.is_group_type(pv.entity_type)
      and pv.viewed_at >= p_start_date::timestamp at time zone z.time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone z.time_zone + interval '2 days';
    return;
  end if;
  return query
  with recursive
  types as (
    select (
      select pv.entity_type::text from :page_view_rows pv
      where pv.owner_id = p_owner_id
      order by pv.owner_id, pv.entity_type limit 1
    ) as entity_type
    union all
    select (
      select pv.entity_type::text from :page_view_rows pv
      where pv.owner_id = p_owner_id and pv.entity_type > t.entity_type
      order by pv.owner_id, pv.entity_type limit 1
    )
    from types t
    where t.entity_type is not null
  ),
  found as (
    select t.entity_type, (
      select pv.entity_id:::entity_id_type from :page_view_rows pv
      where pv.owner_id = p_owner_id and pv.entity_type = t.entity_type and pv.entity_id is not null
      order by pv.owner_id, pv.entity_type, pv.entity_id limit 1
    ) as entity_id
    from types t
    where t.entity_type is not null and not :schema.is_group_type(t.entity_type)
    union all
    select f.entity_type, (
      select pv.entity_id:::entity_id_type from :page_view_rows pv
      where pv.owner_id = p_owner_id and pv.entity_type = f.entity_type and pv.entity_id > f.entity_id
      order by pv.owner_id, pv.entity_type, pv.entity_id limit 1
    )
    from found f
    where f.entity_id is not null
  )
  select f.entity_type, f.entity_id from found f where f.entity_id is not null
  union
  select t.entity_type, :no_entity from types t
  where t.entity_type is not null and not :schema.is_group_type(t.entity_type) and exists (
    select 1 from :page_view_rows pv
    where pv.owner_id = p_owner_id and pv.entity_type = t.entity_type and pv.entity_id is null
  );
end
$$;

-- The entities of this owner, from the most downwards of what bounds p_sort on these dates: see top_entities. is_shared: not all of their views on
-- these dates, or on those that they are compared with, are the owner's. They are when they add up to what is stored of the owner, and to what
-- is pending; when more is pending than a live read takes on, the rollups of both may be of different moments, and nothing is known.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.owned_entities(
  p_owner_id :entity_id_type, p_start_date date, p_end_date date, p_sort text, p_compare_start date, p_compare_end date,
  out entity_types text[], out entity_ids :entity_id_type[], out sums bigint[], out is_shared boolean
)
language plpgsql stable
security definer
:settings_of_readers
set work_mem = '64MB'
as $$
#variable_conflict use_column
declare
  -- asked of each day: see top_entities
  v_by_views boolean := p_sort = 'views';
  v_by_accounts boolean := p_sort = 'unique_accounts';
  v_is_live boolean := (:schema.pending_of(array['headcount:owner'], array[p_owner_id])).is_live;
  v_types text[];
  v_ids :entity_id_type[];
begin
  perform :schema.refuse_hidden_page_views();
  select array_agg(o.entity_type), array_agg(o.entity_id)
  into v_types, v_ids
  from :schema.entities_of_owner(p_owner_id, least(p_start_date, p_compare_start), greatest(p_end_date, p_compare_end)) o;

  with
  ranges as materialized (
    select r.start_date, r.end_date, r.side
    from unnest(array[p_start_date, p_compare_start], array[p_end_date, p_compare_end]) with ordinality r (start_date, end_date, side)
    where r.start_date is not null
  ),
  pending as materialized (
    select q.entity_type, q.entity_id, q.is_group, (q.viewed_at at time zone z.time_zone)::date as date, q.sign
    from :schema.page_view_changes q
    cross join :schema.reporting_zone() z
    where v_is_live and q.sign <> 0 and case
      when q.is_group then q.entity_type = 'headcount:owner' and q.entity_id = p_owner_id
      else (q.entity_type, q.entity_id) in (select e.entity_type, e.entity_id from unnest(v_types, v_ids) e (entity_type, entity_id))
    end
  ),
  added as materialized (
    select r.side, p.entity_type, p.entity_id, sum(p.sign) as views, sum(greatest(p.sign, 0)) as most
    from ranges r
    join pending p on p.date between r.start_date and r.end_date
    where p.is_group is null
    group by r.side, p.entity_type, p.entity_id
  ),
  -- the days of each entity are added up for themselves: to group all of them by entity takes as long as to read them
  counted as materialized (
    select
      r.side, e.entity_type, e.entity_id, coalesce(d.views, 0) + coalesce(p.views, 0) as views,
      coalesce(d.most, 0) + coalesce(p.most, 0) as most
    from ranges r
    cross join unnest(v_types, v_ids) e (entity_type, entity_id)
    cross join lateral (
      select
        sum(a.views) as views, sum(case when v_by_views then a.views when v_by_accounts then a.accounts else a.visitors end) as most
      from :schema.analytics_days a
      where a.entity_type = e.entity_type and a.entity_id = e.entity_id and a.date between r.start_date and r.end_date
    ) d
    left join added p on p.side = r.side and p.entity_id = e.entity_id and p.entity_type = e.entity_type
  )
  select
    array_agg(c.entity_type) filter (where c.side = 1 and c.most > 0), array_agg(c.entity_id) filter (where c.side = 1 and c.most > 0),
    array_agg(c.most) filter (where c.side = 1 and c.most > 0),
    -- of sealed dates page views no longer say which entities the owner had: others' views could add up to as many
    not v_is_live or exists (
      select 1
      from ranges r
      where r.start_date < (select a.sealed_before from :schema.analytics_settings a)
        or (select coalesce(sum(o.views), 0) from counted o where o.side = r.side) <> (
        select coalesce(sum(a.views), 0) from :schema.analytics_days a
        where a.entity_type = 'headcount:owner' and a.entity_id = p_owner_id and a.date between r.start_date and r.end_date
      ) + (select coalesce(sum(p.sign), 0) from pending p where p.is_group and p.date between r.start_date and r.end_date)
    )
  into entity_types, entity_ids, sums, is_shared
  from (select o.* from counted o order by o.most desc) c;
end
$$;

-- What of each entity is this owner's, on these dates and until a local time, when it is given: see counts_of_entities. Of these entities, or, where they
-- are NULL, of all that it has (then nothing is said of who is new, nor of sessions). Of no owner, nothing. From committed page views themselves; those of sealed months may be gone.
-- Who viewed the entity before these dates is not new, also when it was of an owner before.
--
-- With enable_nestloop the planner, which expects a few views, would compare each with every session.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.counts_of_owner(
  p_owner_id :entity_id_type, p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date, p_until timestamp
) returns table (entity_type text, entity_id :entity_id_type, counts bigint[])
language plpgsql stable
security definer
:settings_of_readers
set work_mem = '64MB'
set enable_nestloop = off
as $$
#variable_conflict use_column
declare
  v_settings :schema.analytics_settings := (select s from :schema.analytics_settings s);
  v_sealed_until timestamptz := v_settings.sealed_before::timestamp at time zone v_settings.time_zone;
begin
  if p_owner_id is null then
    return;
  end if;
  perform :schema.refuse_hidden_page_views();
  if p_start_date < v_settings.sealed_before then
    perform :schema.refuse_sealed('which entities this owner had on these dates is not known any more');
  end if;
  return query
  with
  views as materialized (
    select
      pv.entity_type::text as entity_type, coalesce(pv.entity_id:::entity_id_type, :no_entity) as entity_id,
      :schema.visitor_kind(pv.account_id, pv.session_id, pv.visitor_id) as kind,
      :schema.visitor_of(pv.account_id, pv.session_id, pv.visitor_id) as visitor_id,
      pv.session_id:::session_id_type as session_id, pv.viewed_at, :schema.counted_time(pv.time_on_page) as time_on_page
    from :page_view_rows pv
    where pv.owner_id = p_owner_id
      -- dates are not always one stretch of instants: see page_views_of_visitor
      and pv.viewed_at >= p_start_date::timestamp at time zone v_settings.time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone v_settings.time_zone + interval '2 days'
      and (pv.viewed_at at time zone v_settings.time_zone)::date between p_start_date and p_end_date
      and (p_until is null or pv.viewed_at at time zone v_settings.time_zone < p_until)
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
  ),
  visitors as materialized (
    select
      v.entity_type, v.entity_id, v.kind, v.visitor_id, count(*) as views, count(v.time_on_page) as timed_views,
      sum(v.time_on_page) as time_total
    from views v
    group by v.entity_type, v.entity_id, v.kind, v.visitor_id
  ),
  asked as materialized (
    select e.entity_type, e.entity_id from unnest(p_entity_types, p_entity_ids) e (entity_type, entity_id)
  ),
  newcomers as materialized (
    select v.entity_type, v.entity_id, count(*) as visitors, count(*) filter (where v.kind = 'a') as accounts
    from (
      -- asked of these only: it would be of all otherwise, and then compared
      select v.* from visitors v
      where p_entity_types is not null and v.visitor_id is not null
        and (v.entity_type, v.entity_id) in (select a.entity_type, a.entity_id from asked a)
      offset 0
    ) v
    where not exists (
      select 1
      from :schema.page_views_of_visitor(
        v.entity_type, v.entity_id, v.kind, v.visitor_id, '-infinity', p_start_date - 1, v_settings.time_zone
      )
    ) and not exists (
      select 1 from :schema.visitor_at(v.entity_type, v.entity_id, v.kind, v.visitor_id) s where s.first_visit < v_sealed_until
    )
    group by v.entity_type, v.entity_id
  ),
  -- of several views at the instant at which a session began, the first is its entry
  entered as materialized (
    select e.entity_type, e.entity_id, count(*) as entries, count(*) filter (where e.is_bounce) as bounces
    from (
      select distinct on (v.session_id) v.entity_type, v.entity_id, s.is_bounce
      from views v
      join :schema.sessions_entered('headcount:owner', p_owner_id, p_start_date, p_end_date) s
        on s.session_id = v.session_id and s.first_seen_at = v.viewed_at
      where p_entity_types is not null
      order by v.session_id, v.entity_type, v.entity_id
    ) e
    group by e.entity_type, e.entity_id
  )
  select
    c.entity_type, c.entity_id,
    array[
      c.views, c.timed_views, c.time_total, c.visitors, c.accounts, coalesce(n.visitors, 0), coalesce(n.accounts, 0), coalesce(e.entries, 0),
      coalesce(e.bounces, 0)
    ]::bigint[]
  from (
    select
      v.entity_type, v.entity_id, sum(v.views) as views, sum(v.timed_views) as timed_views, coalesce(sum(v.time_total), 0) as time_total,
      count(v.visitor_id) as visitors, count(v.visitor_id) filter (where v.kind = 'a') as accounts
    from visitors v
    where p_entity_types is null or (v.entity_type, v.entity_id) in (select a.entity_type, a.entity_id from asked a)
    group by v.entity_type, v.entity_id
  ) c
  left join newcomers n on n.entity_id = c.entity_id and n.entity_type = c.entity_type
  left join entered e on e.entity_id = c.entity_id and e.entity_type = c.entity_type;
end
$$;
