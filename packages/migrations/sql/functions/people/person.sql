-- Somebody, or several people, by the ids that page views have of them. Their page views are those of the accounts, and those without an
-- account that have one of the sessions or visitor_ids: what another account viewed in the same session is that account's.

-- Is a change of these ids one of these people's page views? Page views themselves are compared in place: a column of another type than ours
-- would be cast, and no index of it used.
create or replace function :schema.is_of_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_changed_account_id :account_id_type, p_changed_session_id :session_id_type, p_changed_visitor_id :session_id_type
) returns boolean
language sql immutable parallel safe
begin atomic
  select p_changed_account_id = any (p_account_ids)
    or (p_changed_account_id is null and p_changed_session_id = any (p_session_ids))
    or (p_changed_account_id is null and p_changed_visitor_id = any (p_visitor_ids));
end;

-- Which sessions and visitor_ids are these people's, besides those that are known? Those of the accounts' views, and then the visitor_ids
-- of anonymous views in any of these sessions. Where page views are gone, sessions and links still say whose they were.
create or replace function :schema.linked_ids(
  p_account_ids :account_id_type[], inout p_session_ids :session_id_type[], inout p_visitor_ids :session_id_type[]
)
language plpgsql stable
:settings_of_writers
as $$
begin
  select
    array(
      select k.id from unnest(p_session_ids) k (id)
      union
      select v.session_id from unnest(array_agg(v.session_id)) v (session_id) where v.session_id is not null
      union
      select s.session_id from :schema.visitor_sessions s where s.account_id = any (p_account_ids)
      union
      select l.session_id from :schema.analytics_links l where l.account_id = any (p_account_ids) and l.session_id is not null
    ),
    array(
      select k.id from unnest(p_visitor_ids) k (id)
      union
      select v.visitor_id from unnest(array_agg(v.visitor_id)) v (visitor_id) where v.visitor_id is not null
      union
      select l.visitor_id from :schema.analytics_links l where l.account_id = any (p_account_ids) and l.visitor_id is not null
    )
  into p_session_ids, p_visitor_ids
  from (
    select pv.session_id:::session_id_type as session_id, pv.visitor_id:::session_id_type as visitor_id
    from :page_view_rows pv
    where pv.account_id = any (p_account_ids)
  ) v;

  p_visitor_ids := array(
    select k.id from unnest(p_visitor_ids) k (id)
    union
    select pv.visitor_id:::session_id_type
    from :page_view_rows pv
    where pv.session_id = any (p_session_ids) and pv.account_id is null and pv.visitor_id is not null
  );
end
$$;

-- Which page views are these people's?
create or replace function :schema.page_views_of_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns table (
  entity_type text, entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, visitor_id :session_id_type,
  viewed_at timestamptz
)
language sql stable
begin atomic
  select
    pv.entity_type, coalesce(pv.entity_id:::entity_id_type, :no_entity), pv.account_id:::account_id_type,
    pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, coalesce(pv.viewed_at, '-infinity')
  from :page_view_rows pv
  where pv.account_id = any (p_account_ids)
    or (pv.account_id is null and pv.session_id = any (p_session_ids))
    or (pv.account_id is null and pv.visitor_id = any (p_visitor_ids));
end;

-- Which visitors of the rollups are these people? Everybody's are read: those of one visitor are found by entity only.
create or replace function :schema.stored_visitors_of_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns setof :schema.analytics_entity_visitors
language sql stable
begin atomic
  select v.* from :schema.analytics_entity_visitors v
  -- of thousands of ids, "= any" would compare each with each visitor
  where (v.kind = 'a' and v.visitor_id in (select k.id:::visitor_id_type from unnest(p_account_ids) k (id)))
    or (v.kind = 's' and v.visitor_id in (select k.id:::visitor_id_type from unnest(p_session_ids) k (id)))
    or (v.kind = 'v' and v.visitor_id in (select k.id:::visitor_id_type from unnest(p_visitor_ids) k (id)));
end;

-- The days of a visitor: of one who came once, the visitor's row has it.
create or replace function :schema.days_of_visitor(p_visitor :schema.analytics_entity_visitors)
returns table (date date, state :schema.day_state)
language sql stable
begin atomic
  select
    local.time::date,
    row(
      1, coalesce((p_visitor).timed_views, 0), coalesce((p_visitor).time_total, 0), 1 << date_part('hour', local.time)::integer,
      (p_visitor).first_visit, (p_visitor).first_visit, null
    ):::schema.day_state
  from :schema.reporting_zone() z
  cross join lateral (select (p_visitor).first_visit at time zone z.time_zone as time) local
  where (p_visitor).visit_count is null and (p_visitor).first_visit is not null
  union all
  select
    d.date,
    row(
      d.views, coalesce(d.timed_views, 0), coalesce(d.time_total, 0), d.hours_seen, d.first_view, d.last_view, d.prev_date
    ):::schema.day_state
  from :schema.visitor_days_between(
    (p_visitor).entity_type, (p_visitor).entity_id, (p_visitor).kind, (p_visitor).visitor_id, '-infinity', 'infinity'
  ) d
  where (p_visitor).visit_count > 1;
end;

-- What would be erased of this person? stored_views: how many the rollups hold that page views do not.
create or replace function :schema.count_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  out page_views bigint, out entities bigint, out sessions bigint, out stored_views bigint
)
language plpgsql stable
:settings_of_writers
as $$
begin
  -- one snapshot: what is folded in the meantime would be counted twice
  with
  -- what came late to sealed months is made anonymous like what is older
  views as materialized (
    select v.* from :schema.page_views_of_people(array[p_account_id], p_session_ids, p_visitor_ids) v
    where not :schema.is_sealed(v.viewed_at)
  ),
  stored as materialized (
    select v.entity_type, v.entity_id, coalesce(v.visit_count, 1) as views
    from :schema.stored_visitors_of_people(array[p_account_id], p_session_ids, p_visitor_ids) v
    where not :schema.is_group_type(v.entity_type)
  )
  select
    (select count(*) from views),
    (select count(*) from (select v.entity_type, v.entity_id from views v union select s.entity_type, s.entity_id from stored s) e),
    (
      select count(*)
      from (
        select v.session_id from views v where v.session_id is not null
        union
        select s.session_id from :schema.visitor_sessions s where s.session_id = any (p_session_ids)
      ) s
    ),
    (
      select greatest(coalesce(sum(s.views), 0) - (
        select count(*) from views v
        where :schema.why_left_out(v.entity_type, v.entity_id, v.account_id, v.session_id, v.visitor_id, v.viewed_at) is null
      ) + (
        select coalesce(sum(q.sign), 0) from :schema.page_view_changes q
        where q.is_group is null
          and :schema.is_of_people(array[p_account_id], p_session_ids, p_visitor_ids, q.account_id, q.session_id, q.visitor_id)
      ), 0)
      from stored s
    )
  into page_views, entities, sessions, stored_views;
end
$$;
