-- Milestones: totals of all time that an entity has reached, each noted once for ever.

-- Note the milestones that these deltas, which are stored already, reach. What had been reached before is noted without an instant, and given
-- to nobody.
-- Its caller holds the slots of these entities, so that no other session notes theirs.
create or replace function :schema.note_milestones(p_entities :schema.entity_delta[]) returns void
language plpgsql
:settings_of_writers
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
as $$
declare
  v_reached boolean;
begin
  with
  thresholds as materialized (
    select t.key as entity_type, m.key as measure, n.threshold::numeric::bigint as threshold
    from :schema.analytics_settings s
    cross join lateral jsonb_each(s.milestones) t
    cross join lateral jsonb_each(t.value) m
    cross join lateral jsonb_array_elements_text(m.value) n (threshold)
  ),
  touched as materialized (
    select d.entity_type, d.entity_id, d.views, d.visitors
    from unnest(p_entities) d
    where d.entity_type in (select t.entity_type from thresholds t) and (d.views <> 0 or d.visitors <> 0)
  ),
  -- an entity that has all of them is not looked at any more
  missing as materialized (
    select distinct e.entity_type, e.entity_id, t.measure, t.threshold, case t.measure when 'views' then e.views else e.visitors end as added
    from touched e
    join thresholds t on t.entity_type = e.entity_type
    where not exists (
      select 1 from :schema.analytics_milestones m
      where m.entity_type = e.entity_type and m.entity_id = e.entity_id and m.measure = t.measure and m.threshold = t.threshold
    )
  ),
  totals as materialized (
    select e.entity_type, e.entity_id, d.views, d.visitors
    from (select distinct n.entity_type, n.entity_id from missing n) e
    cross join lateral (
      select coalesce(max(s.views), 0) as views, coalesce(max(s.visitors), 0) as visitors
      from :schema.entity_at(e.entity_type, e.entity_id) s
    ) d
  ),
  noted as (
    insert into :schema.analytics_milestones (entity_type, entity_id, measure, threshold, value, reached_at)
    select r.entity_type, r.entity_id, r.measure, r.threshold, r.value, case when r.value - r.added < r.threshold then now() end
    from (
      select n.*, case n.measure when 'views' then t.views else t.visitors end as value
      from missing n
      join totals t on t.entity_id = n.entity_id and t.entity_type = n.entity_type
    ) r
    where r.threshold <= greatest(r.value, r.value - r.added)
    order by r.entity_type, r.entity_id, r.measure, r.threshold
    returning reached_at
  )
  select bool_or(n.reached_at is not null) into v_reached from noted n;
  -- a hint for those who listen: the table has what is new
  if v_reached then
    perform pg_notify('headcount_milestones', '');
  end if;
end
$$;

-- Take up to p_limit milestones that nobody has acknowledged and nobody else has, the earliest first: nobody else is given
-- them for p_lease_seconds; then they can be taken again.
create or replace function :schema.take_milestones(p_limit integer, p_lease_seconds integer)
returns table (
  milestone_id bigint, entity_type text, entity_id :entity_id_type, measure text, threshold bigint, value bigint, reached_at timestamptz
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_now timestamptz := clock_timestamp();
begin
  return query
  with
  free as materialized (
    select m.entity_type, m.entity_id, m.measure, m.threshold
    from :schema.analytics_milestones m
    where m.reached_at is not null and m.acknowledged_at is null and (m.leased_until is null or m.leased_until <= v_now)
    order by m.milestone_id
    limit p_limit
    for no key update skip locked
  ),
  taken as (
    update :schema.analytics_milestones m set leased_until = v_now + make_interval(secs => p_lease_seconds)
    from free f
    where m.entity_type = f.entity_type and m.entity_id = f.entity_id and m.measure = f.measure and m.threshold = f.threshold
    returning m.*
  )
  select t.milestone_id, t.entity_type, nullif(t.entity_id, :no_entity), t.measure, t.threshold, t.value, t.reached_at
  from taken t
  order by t.milestone_id;
end
$$;

-- Let nobody take these again. Returns how many of them had not been acknowledged before.
create or replace function :schema.acknowledge_milestones(p_milestone_ids bigint[]) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
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
$$;
