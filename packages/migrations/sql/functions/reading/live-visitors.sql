-- How many views of each of these entities began in the last p_minutes, and by how many visitors? From committed page views
-- themselves. Until p_until, which is now when it is NULL.
-- Runs with the rights of its owner and returns numbers only: see pending_series.
create or replace function :schema.live_visitors(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_minutes integer, p_until timestamptz default null
) returns table (
  views integer, unique_visitors integer, unique_accounts integer, since timestamptz, until timestamptz
)
language plpgsql stable
security definer
:settings_of_readers
as $$
declare
  v_until timestamptz := coalesce(p_until, statement_timestamp());
  v_since timestamptz := v_until - make_interval(mins => p_minutes);
begin
  perform :schema.refuse_hidden_page_views();
  return query
  select
    v.views::integer, (v.accounts + v.visitors + v.sessions)::integer, v.accounts::integer, v_since, v_until
  from (
    select a.entity_type, coalesce(a.entity_id, :no_entity) as entity_id, a.nth
    from unnest(p_entity_types, p_entity_ids) with ordinality a (entity_type, entity_id, nth)
  ) e
  cross join lateral (
    select
      count(*) as views, count(distinct p.account_id) as accounts,
      count(distinct p.visitor_id) filter (where p.account_id is null) as visitors,
      count(distinct p.session_id) filter (where p.account_id is null and p.visitor_id is null) as sessions
    from (
      select pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at from :page_view_rows pv
      where not :schema.is_group_type(e.entity_type)
        and pv.entity_type = e.entity_type and pv.entity_id = e.entity_id and pv.viewed_at >= v_since and pv.viewed_at < v_until
      union all
      select pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at from :page_view_rows pv
      where e.entity_id = :no_entity and not :schema.is_group_type(e.entity_type) and pv.entity_type = e.entity_type and pv.entity_id is null
        and pv.viewed_at >= v_since and pv.viewed_at < v_until
      union all
      select g.account_id, g.session_id, g.visitor_id, g.viewed_at
      from (select 1 where :schema.is_group_type(e.entity_type)) o
      cross join lateral :schema.page_views_of_group_between(e.entity_type, e.entity_id, v_since, v_until) g
    ) p
    where :schema.is_group_type(e.entity_type)
      or :schema.why_left_out(e.entity_type, e.entity_id, p.account_id, p.session_id, p.visitor_id, p.viewed_at) is null
  ) v
  order by e.nth;
end
$$;

-- Live visitors as the client reads them, with instants as text.
create or replace function :schema.live_visitors_columns(
  p_entity_types text[], p_entity_ids :entity_id_type[], p_minutes integer, p_until timestamptz default null
) returns table (views integer, unique_visitors integer, unique_accounts integer, since text, until text)
language sql stable
begin atomic
  select
    l.views, l.unique_visitors, l.unique_accounts, :schema.instant_text(l.since),
    :schema.instant_text(l.until)
  from :schema.live_visitors(p_entity_types, p_entity_ids, p_minutes, p_until) l;
end;
