-- All that is stored about somebody, a part at a time.

-- The page views of this person that follow an instant (NULL: from the first one), about p_limit of them and never some of one
-- instant only.
create or replace function :schema.export_page_views(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_after timestamptz, p_limit integer
) returns table (
  id text, viewed_at timestamptz, entity_type text, entity_id :entity_id_type, account_id :account_id_type,
  session_id :session_id_type, visitor_id :session_id_type, referrer_url text, time_on_page bigint, source jsonb, device jsonb
)
language plpgsql stable
:settings_of_writers
as $$
#variable_conflict use_column
declare
  v_until timestamptz;
begin
  select v.viewed_at into v_until
  from :schema.page_views_of_people(array[p_account_id], p_session_ids, p_visitor_ids) v
  where p_after is null or v.viewed_at > p_after
  order by v.viewed_at
  offset p_limit - 1 limit 1;

  return query
  select
    p.id, p.viewed_at, p.entity_type, nullif(p.entity_id, :no_entity), p.account_id, p.session_id, p.visitor_id, p.referrer_url,
    p.time_on_page, to_jsonb(s) - '{source_no,first_seen}'::text[], to_jsonb(d) - '{device_no,first_seen}'::text[]
  from (
    select
      pv.id::text as id, coalesce(pv.viewed_at, '-infinity') as viewed_at, pv.entity_type::text as entity_type,
      pv.entity_id:::entity_id_type as entity_id, pv.account_id:::account_id_type as account_id,
      pv.session_id:::session_id_type as session_id, pv.visitor_id:::session_id_type as visitor_id,
      pv.referrer_url::text as referrer_url, pv.time_on_page::bigint as time_on_page, pv.source_no, pv.device_no
    from :identified_page_view_rows pv
    where pv.account_id = p_account_id
      or (pv.account_id is null and pv.session_id = any (p_session_ids))
      or (pv.account_id is null and pv.visitor_id = any (p_visitor_ids))
  ) p
  left join :schema.analytics_sources s on s.source_no = p.source_no
  left join :schema.analytics_devices d on d.device_no = p.device_no
  where (p_after is null or p.viewed_at > p_after) and (v_until is null or p.viewed_at <= v_until)
  order by p.viewed_at, p.id;
end
$$;

-- The days of this person that the rollups hold and page views do not any more. Of a sealed month, with what came late.
create or replace function :schema.export_stored_days(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns table (
  date date, entity_type text, entity_id :entity_id_type, kind "char", visitor_id :visitor_id_type, views integer, timed_views integer,
  time_total bigint
)
language sql stable
begin atomic
  select
    d.date, v.entity_type, nullif(v.entity_id, :no_entity), v.kind, v.visitor_id, (d.state).views, (d.state).timed_views,
    (d.state).time_total
  from :schema.reporting_zone() z
  cross join :schema.stored_visitors_of_people(array[p_account_id], p_session_ids, p_visitor_ids) v
  cross join lateral :schema.days_of_visitor(v) d
  where not :schema.is_group_type(v.entity_type) and (d.date < (select s.sealed_before from :schema.analytics_settings s) or not exists (
    select 1 from :schema.page_views_of_visitor(v.entity_type, v.entity_id, v.kind, v.visitor_id, d.date, d.date, z.time_zone)
  ))
  order by d.date, v.entity_type, v.entity_id;
end;

-- The sessions of this person's page views, and those that are known to be the person's.
create or replace function :schema.sessions_of_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns setof :schema.visitor_sessions
language sql stable
begin atomic
  select s.*
  from (
    select k.session_id from unnest(p_session_ids) k (session_id)
    union
    select v.session_id from :schema.page_views_of_people(array[p_account_id], p_session_ids, p_visitor_ids) v
  ) k
  join :schema.visitor_sessions s on s.session_id = k.session_id
  order by s.first_seen_at, s.session_id;
end;
