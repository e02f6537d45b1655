-- Questions about several entities: their slices are asked at once, by one statement that Citus sends to their shards, and put together here.

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
$$;

-- What do these slices answer to a question, each asked with its own arguments: {"102008": {"p_limit": 10}}? All at once. Each answer is as fresh as all
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
$$;

-- These entities by their slices, as arguments of a question with which each is asked of its own.
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
$$;

-- What is answered to a question of several entities about each of them, in their order?
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
$$;

-- Which entities of all slices are viewed most? See top_entities: the first of what each slice says of its own, as JSON.
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
$$;

-- How many visitors and accounts viewed at least one of these entities on these dates, and how many of them none before? As one Postgres has it: when they
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
$$;
