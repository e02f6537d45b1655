-- People on Citus: their page views are in all shards, and go or are renamed by one statement of all. What that does is folded like all else, on
-- its way to sessions too, and still names them until then. So it goes in steps of one transaction each: page views, a fold of all slices, and
-- what slices store of these people.

-- What does this slice of this server answer to a function of it: its rows as JSON? NULL when its shard has moved away.
create or replace function :schema.rows_of_slice(p_slice integer, p_function text, p_arguments text) returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_rows jsonb;
begin
  if not :schema.hold_slice(p_slice) then
    return null;
  end if;
  execute format(
    'select coalesce(jsonb_agg(to_jsonb(a)), ''[]'') from %I.%I(%s) a', :schema.schema_of_slice(p_slice), p_function, p_arguments
  ) into v_rows;
  return v_rows;
end
$$;

-- The same of all slices, one after the other, each in a transaction of its own.
create or replace function :schema.rows_of_slices(p_function text, p_arguments text) returns setof jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_slice integer;
begin
  for v_slice in
    select s.shardid::integer from pg_dist_shard s where s.logicalrelid = :'page_views'::regclass order by s.shardid
  loop
    return query
    select a.element
    from jsonb_array_elements(:schema.run_on_slice(v_slice, 'rows_of_slice', p_function, p_arguments)::jsonb) a (element);
  end loop;
end
$$;

-- An id of a session in this slice that nothing has had.
create or replace function :schema.random_id_of_slice(p_slice integer) returns :session_id_type
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id :session_id_type;
begin
  loop
    v_id := :schema.random_id();
    exit when :schema.slice_of_session(v_id) = p_slice;
  end loop;
  return v_id;
end
$$;

-- Which sessions and visitor_ids are these people's, besides those that are known? See sql/functions/people/person.sql.
create or replace function :schema.linked_ids(
  p_account_ids :account_id_type[], inout p_session_ids :session_id_type[], inout p_visitor_ids :session_id_type[]
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_sessions :session_id_type[];
  v_visitors :session_id_type[];
begin
  select array_agg(distinct pv.session_id:::session_id_type), array_agg(distinct pv.visitor_id:::session_id_type) into v_sessions, v_visitors
  from :page_view_rows pv
  where pv.account_id = any (p_account_ids);
  v_sessions := v_sessions || p_session_ids || array(
    select s.session_id from :schema.visitor_sessions s where s.account_id = any (p_account_ids)
  );
  p_session_ids := array(select distinct k.id from unnest(v_sessions) k (id) where k.id is not null);
  v_visitors := v_visitors || p_visitor_ids || array(
    select distinct pv.visitor_id:::session_id_type
    from :page_view_rows pv
    where pv.session_id = any (p_session_ids) and pv.account_id is null and pv.visitor_id is not null
  );
  p_visitor_ids := array(select distinct k.id from unnest(v_visitors) k (id) where k.id is not null);
end
$$;

-- What would be erased of this person? stored_views: how many the rollups hold that page views do not. Each shard answers by one statement.
create or replace function :schema.count_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  out page_views bigint, out entities bigint, out sessions bigint, out stored_views bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_session_ids :session_id_type[];
begin
  select coalesce(sum(e.page_views), 0), count(*) filter (where not e.is_pending), greatest(coalesce(sum(e.stored_views), 0), 0)
  into page_views, entities, stored_views
  from (
    select
      v.entity_type, v.entity_id, sum(v.page_views) as page_views, bool_and(v.is_pending) as is_pending, sum(v.stored_views) as stored_views
    from (
      -- in the order that fetched_views explains
      select
        pv.entity_type, pv.entity_id, 1 as page_views, false as is_pending,
        case when :schema.why_left_out(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at) is null
          then -1 else 0
        end as stored_views
      from :page_view_rows pv
      where pv.account_id = p_account_id
        or (pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids)))
      union all
      select q.entity_type, q.entity_id, 0, true, q.sign::integer
      from :schema.page_view_changes q
      where q.account_id = p_account_id
        or (q.account_id is null and (q.session_id = any (p_session_ids) or q.visitor_id = any (p_visitor_ids)))
      union all
      select s.entity_type, s.entity_id, 0, false, coalesce(s.visit_count, 1)
      from :schema.analytics_entity_visitors s
      where (s.kind = 'a' and s.visitor_id = p_account_id:::visitor_id_type)
        or (s.kind = 's' and s.visitor_id = any (p_session_ids:::visitor_id_type[]))
        or (s.kind = 'v' and s.visitor_id = any (p_visitor_ids:::visitor_id_type[]))
    ) v
    group by v.entity_type, v.entity_id
  ) e;
  v_session_ids := :schema.sessions_of_views(array[p_account_id], p_session_ids, p_visitor_ids);
  v_session_ids := v_session_ids || array(select s.session_id from :schema.visitor_sessions s where s.session_id = any (p_session_ids));
  sessions := (select count(distinct k.id) from unnest(v_session_ids) k (id));
end
$$;

-- In which sessions are these people's page views, until this instant (NULL: all)?
create or replace function :schema.sessions_of_views(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[], p_until timestamptz default null
) returns :session_id_type[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  return array(
    select distinct pv.session_id:::session_id_type
    from :page_view_rows pv
    where (
      pv.account_id = any (p_account_ids)
      or (pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids)))
    ) and pv.session_id is not null and (p_until is null or coalesce(pv.viewed_at, '-infinity') <= p_until)
  );
end
$$;

-- The page views of this person that follow an instant (NULL: from the first one), about p_limit of them and never some of one instant only.
create or replace function :schema.export_page_views(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_after timestamptz, p_limit integer
) returns table (
  id text, viewed_at timestamptz, entity_type text, entity_id :entity_id_type, account_id :account_id_type,
  session_id :session_id_type, visitor_id :session_id_type, referrer_url text, time_on_page bigint, source jsonb, device jsonb
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
  v_until timestamptz;
begin
  select coalesce(pv.viewed_at, '-infinity') into v_until
  from :page_view_rows pv
  where (
    pv.account_id = p_account_id
    or (pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids)))
  ) and (p_after is null or coalesce(pv.viewed_at, '-infinity') > p_after)
  order by 1
  offset p_limit - 1 limit 1;

  return query
  with
  views as materialized (
    select
      pv.id::text as id, coalesce(pv.viewed_at, '-infinity') as viewed_at, pv.entity_type::text as entity_type,
      pv.entity_id:::entity_id_type as entity_id, pv.account_id:::account_id_type as account_id,
      pv.session_id:::session_id_type as session_id, pv.visitor_id:::session_id_type as visitor_id,
      pv.referrer_url::text as referrer_url, pv.time_on_page::bigint as time_on_page, pv.source_no, pv.device_no
    from :identified_page_view_rows pv
    where (
      pv.account_id = p_account_id
      or (pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids)))
    ) and (p_after is null or coalesce(pv.viewed_at, '-infinity') > p_after)
      and (v_until is null or coalesce(pv.viewed_at, '-infinity') <= v_until)
  ),
  sources as materialized (select s.* from :schema.analytics_sources s),
  devices as materialized (select d.* from :schema.analytics_devices d)
  select
    p.id, p.viewed_at, p.entity_type, p.entity_id, p.account_id, p.session_id, p.visitor_id, p.referrer_url, p.time_on_page,
    to_jsonb(s) - '{source_no,first_seen}'::text[], to_jsonb(d) - '{device_no,first_seen}'::text[]
  from views p
  left join sources s on s.source_no = p.source_no
  left join devices d on d.device_no = p.device_no
  order by p.viewed_at, p.id;
end
$$;

-- The days of this person that the rollups hold and page views do not any more.
create or replace function :schema.export_stored_days(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns table (date date, entity_type text, entity_id :entity_id_type, views integer, timed_views integer, time_total bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select d.date, d.entity_type, d.entity_id, d.views, d.timed_views, d.time_total
  from :schema.rows_of_slices('export_stored_days', format('%L, %L, %L', p_account_id, p_session_ids, p_visitor_ids)) a (day)
  cross join lateral jsonb_to_record(a.day) d (
    date date, entity_type text, entity_id :entity_id_type, views integer, timed_views integer, time_total bigint
  )
  order by d.date, d.entity_type, d.entity_id;
end
$$;

-- The sessions of this person's page views, and those that are known to be the person's.
create or replace function :schema.sessions_of_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns table (
  session_id :session_id_type, first_seen_at timestamptz, last_seen_at timestamptz, total_views integer, ip_address inet, user_agent text
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
  v_ids :session_id_type[] := p_session_ids || :schema.sessions_of_views(array[p_account_id], p_session_ids, p_visitor_ids);
begin
  return query
  select s.session_id, s.first_seen_at, s.last_seen_at, s.total_views, s.ip_address, s.user_agent
  from :schema.visitor_sessions s
  where s.session_id = any (v_ids)
  order by s.first_seen_at, s.session_id;
end
$$;

-- Take address and agent off these sessions, each where it is. First: when page views are gone, nobody knows any more whose they were.
create or replace function :schema.clear_in_slices(p_session_ids :session_id_type[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform count(*)
  from (
    select :schema.slice_of_session(k.id) as slice, array_agg(k.id order by k.id) as ids from unnest(p_session_ids) k (id) group by 1 order by 1
  ) s
  cross join lateral jsonb_array_elements(:schema.run_on_slice(s.slice, 'rows_of_slice', 'clear_sessions_here', format('%L', s.ids))::jsonb) a;
end
$$;

-- Erase about p_limit page views of this person, the anonymous ones first: as long as some of the account are left, they say which
-- sessions and visitor_ids are the person's. Says how many were erased, and whether this was the last step: forget_in_slices() is for what is stored of them.
create or replace function :schema.erase_person_step(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_limit integer, p_receipt uuid, p_actor text,
  out erased bigint, out anonymised bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_until timestamptz;
  v_account_until timestamptz;
  v_session_ids :session_id_type[];
  v_account_views bigint;
begin
  perform :schema.refuse_hidden_rows();
  anonymised := 0;
  select coalesce(pv.viewed_at, '-infinity') into v_until
  from :page_view_rows pv
  where pv.account_id is null and (pv.session_id = any (p_session_ids) or pv.visitor_id = any (p_visitor_ids))
  order by 1
  offset p_limit - 1 limit 1;
  v_session_ids := :schema.sessions_of_views('{}', p_session_ids, p_visitor_ids, v_until);
  done := v_until is null;
  if done then
    select coalesce(pv.viewed_at, '-infinity') into v_account_until
    from :page_view_rows pv
    where pv.account_id = p_account_id
    order by 1
    offset p_limit - 1 limit 1;
    v_session_ids := v_session_ids || :schema.sessions_of_views(array[p_account_id], '{}', '{}', v_account_until);
  end if;

  perform :schema.clear_in_slices(v_session_ids);
  delete from :page_views
  where :account_id_value is null and (:session_id_value = any (p_session_ids) or :visitor_id_value = any (p_visitor_ids))
    and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit;
  get diagnostics erased = row_count;
  if done then
    delete from :page_views
    where :account_id_value = p_account_id
      and (v_account_until is null or coalesce(:viewed_at_value, '-infinity') <= v_account_until) and :ids_fit;
    get diagnostics v_account_views = row_count;
    erased := erased + v_account_views;
    done := v_account_until is null;
  end if;
  if erased > 0 then
    insert into :schema.analytics_audit (action, subject, views, receipt, actor)
    values ('erase_person', '{}', erased, p_receipt, p_actor);
  end if;
end
$$;

-- Whom forget_in_slices() is to forget, and who has what it keeps of them: nobody who can be found out. A session stays in its slice.
create or replace function :schema.people_to_forget(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns jsonb
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  select jsonb_build_object(
    'account_ids', p_account_ids, 'new_account_ids', array(select :schema.random_id() from unnest(p_account_ids)),
    'session_ids', p_session_ids,
    'new_session_ids', array(
      select :schema.random_id_of_slice(:schema.slice_of_session(k.id)) from unnest(p_session_ids) with ordinality k (id, nth) order by k.nth
    ),
    'visitor_ids', p_visitor_ids, 'new_visitor_ids', array(select :schema.random_id() from unnest(p_visitor_ids))
  )
$$;

-- The same of one person.
create or replace function :schema.person_to_forget(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns jsonb
language sql volatile
return (:schema.people_to_forget(array[p_account_id], p_session_ids, p_visitor_ids));

-- Is anything of theirs pending in any slice, or on its way?
create or replace function :schema.are_people_pending(p_people jsonb) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_account_ids :account_id_type[] := array(select i.id:::account_id_type from jsonb_array_elements_text(p_people -> 'account_ids') i (id));
  v_session_ids :session_id_type[] := array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'session_ids') i (id));
  v_visitor_ids :session_id_type[] := array(select i.id:::session_id_type from jsonb_array_elements_text(p_people -> 'visitor_ids') i (id));
begin
  return exists (
    select 1 from :schema.page_view_changes q
    where q.account_id = any (v_account_ids)
      or (q.account_id is null and (q.session_id = any (v_session_ids) or q.visitor_id = any (v_visitor_ids)))
  ) or exists (
    select 1 from :schema.outgoing_changes o
    where o.account_id = any (v_account_ids)
      or (o.account_id is null and (o.session_id = any (v_session_ids) or o.visitor_id = any (v_visitor_ids)))
  ) or exists (
    select 1 from :schema.session_changes q
    where q.account_id = any (v_account_ids)
      or (q.account_id is null and (q.session_id = any (v_session_ids) or q.visitor_id = any (v_visitor_ids)))
  );
end
$$;

-- Let no slice name these people any more, when nothing of theirs is pending: see forget_people_here. Returns how many views stay counted.
create or replace function :schema.forget_in_slices(p_people jsonb, p_action text, p_receipt uuid, p_actor text) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_views bigint := (select sum(a.views::text::bigint) from :schema.rows_of_slices('forget_people_here', format('%L', p_people)) a (views));
begin
  if v_views > 0 then
    insert into :schema.analytics_audit (action, subject, views, receipt, actor)
    values (p_action, '{}', case p_action when 'erase_person' then 0 else v_views end, p_receipt, p_actor);
  end if;
  return v_views;
end
$$;

-- Give the page views of these people to visitors and sessions with random ids, in all shards at once: see anonymise_people. people: what
-- forget_in_slices() is to forget.
create or replace function :schema.rename_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[], out views bigint, out people jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_session_ids :session_id_type[];
  v_names jsonb;
  v_account_names jsonb;
  v_session_names jsonb;
  v_visitor_names jsonb;
begin
  perform :schema.refuse_hidden_rows();
  -- a browser that had some of the sessions has others too: a part of a visitor would be a visitor more
  p_visitor_ids := p_visitor_ids || array(
    select v.visitor_id
    from (
      select distinct pv.visitor_id:::session_id_type as visitor_id
      from :page_view_rows pv
      where pv.session_id = any (p_session_ids) and pv.account_id is null and pv.visitor_id is not null
    ) v
    where v.visitor_id <> all (p_visitor_ids)
  );
  people := :schema.people_to_forget(p_account_ids, p_session_ids, p_visitor_ids);
  -- none of their views keeps the id of its session
  v_session_ids := :schema.sessions_of_views(p_account_ids, p_session_ids, p_visitor_ids);
  v_session_ids := array(select k.id from unnest(v_session_ids) k (id) where k.id <> all (p_session_ids));
  v_names := :schema.people_to_forget('{}', v_session_ids, '{}');
  perform :schema.clear_in_slices(p_session_ids || v_session_ids);

  v_account_names := :schema.names_of(people, 'account_ids');
  v_session_names := :schema.names_of(people, 'session_ids') || :schema.names_of(v_names, 'session_ids');
  v_visitor_names := :schema.names_of(people, 'visitor_ids');
  update :page_views set
    :session_id_column = (v_session_names ->> :session_id_value::text):::session_id_type,
    :visitor_id_column = case
      when :account_id_value is not null then v_account_names ->> :account_id_value::text
      else v_visitor_names ->> :visitor_id_value::text
    end:::session_id_type,
    :account_id_column = null,
    :referrer_url_column = null
  where (
    :account_id_value = any (p_account_ids)
    or (:account_id_value is null and (:session_id_value = any (p_session_ids) or :visitor_id_value = any (p_visitor_ids)))
  ) and :ids_fit;
  get diagnostics views = row_count;
end
$$;

-- The same of one person.
create or replace function :schema.rename_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[], p_receipt uuid, p_actor text,
  out views bigint, out people jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  select r.views, r.people into views, people from :schema.rename_people(array[p_account_id], p_session_ids, p_visitor_ids) r;
  if views > 0 then
    insert into :schema.analytics_audit (action, subject, views, receipt, actor)
    values ('anonymise_person', '{}', views, p_receipt, p_actor);
  end if;
end
$$;

-- What has each of these of people_to_forget() instead: {"7": "123456"}?
create or replace function :schema.names_of(p_people jsonb, p_kind text) returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_object_agg(o.id, n.id) filter (where o.id is not null), '{}')
  from jsonb_array_elements_text(p_people -> p_kind) with ordinality o (id, nth)
  join jsonb_array_elements_text(p_people -> ('new_' || p_kind)) with ordinality n (id, nth) on n.nth = o.nth
$$;
