-- Milestones on Citus: slices note those of their entities, and they are taken and acknowledged in all shards. See sql/functions/folding/milestones.sql.

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
$$;

-- Let nobody take these again. Returns how many of them had not been acknowledged before.
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
$$;
