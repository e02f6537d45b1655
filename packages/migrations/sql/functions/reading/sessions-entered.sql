-- Which sessions entered at this entity about these dates, when, and did they bounce? Of those of which something is pending, page
-- views say so; when more is pending than a live read takes on, all are as they are stored.
-- Who calls it does without nested loops, and without them each look-up here would read whole tables.
create or replace function :schema.sessions_entered(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (session_id :session_id_type, first_seen_at timestamptz, has_several_views boolean, is_bounce boolean)
language plpgsql stable
:settings_of_readers
set enable_nestloop = on
set enable_sort = on
as $$
#variable_conflict use_column
declare
  v_max integer := (select s.max_pending_for_live from :schema.analytics_settings s);
  v_pending :session_id_type[] := array(
    select q.session_id from :schema.page_view_changes q where q.session_id is not null limit v_max + 1
  );
  -- late page views of sealed months may be pruned before they are folded
  v_begun_before :session_id_type[] := array(
    select c.session_id
    from :schema.page_view_changes c
    where (select s.sealed_before from :schema.analytics_settings s) is not null and c.session_id is not null and c.is_group is null
      and :schema.is_sealed(c.viewed_at)
    group by c.session_id, c.viewed_at
    having sum(c.sign) > (select count(*) from :schema.page_views_of_session(c.session_id) v where v.viewed_at = c.viewed_at)
  );
begin
  if cardinality(v_pending) > v_max then
    v_pending := '{}';
  end if;
  return query
  select s.session_id, s.first_seen_at, s.total_views > 1, :schema.is_bounce(s.total_views, s.time_total)
  from :schema.visitor_sessions s
  where :schema.entity_day_key(s.entry_entity_type, s.entry_entity_id, s.first_seen_at)
      between :schema.entity_date_key(p_entity_type, p_entity_id, p_start_date - 1)
      and :schema.entity_date_key(p_entity_type, p_entity_id, p_end_date + 1)
    and s.entry_entity_id is not distinct from p_entity_id and s.entry_entity_type is not distinct from p_entity_type
    and s.total_views > 0 and s.session_id not in (select p.session_id from unnest(v_pending) p (session_id));
  -- one or the other, not two arms of a statement: for the one that reads a whole table, workers would be started though its condition is false
  if p_entity_type = 'headcount:owner' then
    return query
    select s.session_id, s.first_seen_at, s.total_views > 1, :schema.is_bounce(s.total_views, s.time_total)
    from :schema.visitor_sessions s
    where s.entry_owner_id = p_entity_id
      and s.first_seen_at >= (p_start_date - 1)::timestamp at time zone 'UTC'
      and s.first_seen_at < (p_end_date + 2)::timestamp at time zone 'UTC'
      and s.total_views > 0 and s.session_id not in (select p.session_id from unnest(v_pending) p (session_id));
  elsif :schema.is_group_type(p_entity_type) then
    return query
    select s.session_id, s.first_seen_at, s.total_views > 1, :schema.is_bounce(s.total_views, s.time_total)
    from :schema.visitor_sessions s
    where :schema.is_of_group(p_entity_type, p_entity_id, s.entry_entity_type, s.entry_owner_id)
      and s.first_seen_at >= (p_start_date - 1)::timestamp at time zone 'UTC'
      and s.first_seen_at < (p_end_date + 2)::timestamp at time zone 'UTC'
      and s.total_views > 0 and s.session_id not in (select p.session_id from unnest(v_pending) p (session_id));
  end if;
  return query
  select
    p.session_id, min(v.viewed_at), count(*) > 1, :schema.is_bounce(count(*)::integer, coalesce(sum(v.time_on_page), 0)::bigint)
  from (select distinct u.session_id from unnest(v_pending) u (session_id)) p
  cross join lateral :schema.page_views_of_session(p.session_id) v
  where exists (select 1 from :schema.page_views_of_session_at(p.session_id, p_entity_type, p_entity_id))
    -- one that began in a sealed month began with a page view that may be gone
    and not exists (
      select 1 from :schema.session_at(p.session_id) s where s.total_views > 0 and :schema.is_sealed(s.first_seen_at)
    )
    and p.session_id <> all (v_begun_before)
  group by p.session_id
  having case
    when :schema.is_group_type(p_entity_type) then (
      select :schema.is_of_group(p_entity_type, p_entity_id, e.entity_type, e.owner_id)
      from unnest((
        array_agg(
          row(v.entity_type, v.entity_id, v.owner_id):::schema.session_entry
          order by v.viewed_at, v.entity_type, v.entity_id, v.owner_id nulls first
        )
      )[:1]) e
    )
    else (
      array_agg(row(v.entity_type, v.entity_id):::schema.entity_key order by v.viewed_at, v.entity_type, v.entity_id)
    )[1] = row(p_entity_type, p_entity_id):::schema.entity_key
  end;
end
$$;
