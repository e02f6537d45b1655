-- What a slice says of its entities where several slices are asked, so that it can be put together.

-- The p_limit entities of this slice that are viewed most, from the most downwards: see top_entities; what trends, on p_score_date. Each as JSON with its
-- totals, compared with the other range where there is one, at p_local_time; most and first_viewed are what it is sorted by after its score. Without
-- any, one without an entity says how fresh that is.
create or replace function :schema.top_of_slice(
  p_entity_type text, p_start_date date, p_end_date date, p_sort text, p_limit integer, p_score_date date, p_local_time timestamp,
  p_compare_start date default null, p_compare_end date default null
) returns setof jsonb
language plpgsql stable
:settings_of_readers
as $$
declare
  -- where it is among the counts of entity_totals_columns
  v_place integer := case p_sort when 'views' then 1 when 'unique_accounts' then 5 else 4 end;
  v_types text[];
  v_ids :entity_id_type[];
  v_scores numeric[];
  v_visitors bigint[];
  v_first_views timestamptz[];
begin
  if p_sort = 'trending' then
    select t.entity_types, t.entity_ids, t.scores, t.visitors, t.first_views into v_types, v_ids, v_scores, v_visitors, v_first_views
    from :schema.trending_entities(p_entity_type, p_score_date, p_limit) t;
  else
    select t.entity_types, t.entity_ids into v_types, v_ids
    from :schema.top_entities(p_entity_type, p_start_date, p_end_date, p_sort, p_limit) t;
  end if;
  return query
  select
    t.totals || jsonb_build_object(
      'entity_type', v_types[t.nth], 'entity_id', nullif(v_ids[t.nth], :no_entity)::text, 'score', v_scores[t.nth]::text,
      'score_date', p_score_date::text,
      'most', coalesce(v_visitors[t.nth], ((t.totals ->> 'counts')::bigint[])[v_place]),
      'first_viewed', coalesce(v_first_views[t.nth], (t.totals ->> 'first_view')::timestamptz)
    )
  from (
    select
      case when v_types = '{}' then array[''] else v_types end as types, case when v_types = '{}' then array[:no_entity] else v_ids end as ids
  ) e
  cross join lateral (
    select c.ordinality as nth, to_jsonb(c) as totals
    from (select 1 where p_compare_start is null) o
    cross join :schema.entity_totals_columns(e.types, e.ids, p_start_date, p_end_date, null) with ordinality c
    union all
    select c.ordinality, to_jsonb(c)
    from (select 1 where p_compare_start is not null) o
    cross join :schema.compared_entity_totals_columns(
      e.types, e.ids, p_start_date, p_end_date, null, p_compare_start, p_compare_end, p_local_time
    ) with ordinality c
  ) t
  order by t.nth;
end
$$;

-- Who viewed these entities until p_end_date, with all that is pending: each visitor once, by whether that was before p_start_date, or since. Their ids
-- are an array as text: in JSON each would be written for itself.
create or replace function :schema.visitors_until(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_start_date date, p_end_date date
) returns table (kind "char", came_before boolean, came_since boolean, visitor_ids text)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
declare
  v_days :schema.visitor_day_delta[] := (:schema.pending_deltas((:schema.pending_of(p_entity_types, p_entity_ids)).of_entities)).days;
begin
  return query
  select v.kind, v.first_date < p_start_date, v.last_date >= p_start_date, array_agg(v.visitor_id::text)::text
  from (
    select d.kind, d.visitor_id, min(d.date) as first_date, max(d.date) as last_date
    from :schema.dates_of_visitors(p_entity_types, p_entity_ids, p_end_date, v_days) d
    group by d.kind, d.visitor_id
  ) v
  group by 1, 2, 3;
end
$$;
