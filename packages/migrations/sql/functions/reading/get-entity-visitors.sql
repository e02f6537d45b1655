-- Who viewed this entity, and how often? Over all time, or on the dates given, of which either may be left out; most views
-- first. For SQL and RPC users: the same numbers as the client's. p_entity_id is NULL for pages without an entity, and
-- without p_limit everybody is listed who may be seen. Who has no account, or one that is listed by its attributes, has a ref.
create or replace function :schema.get_entity_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_date_from date default null, p_date_to date default null,
  p_limit integer default 100
) returns table (
  account_id :account_id_type, username text, display_name text, visit_count bigint, first_visit timestamptz,
  last_visit timestamptz, avg_time_on_page numeric, days_visited bigint, ref text
)
language sql stable
begin atomic
  select
    case when v.kind = 'a' then v.visitor_id:::account_id_type end, n.username, n.display_name, v.visit_count,
    case when v.kind = 'n' then date_trunc('day', v.first_visit, z.time_zone) else v.first_visit end,
    case when v.kind = 'n' then date_trunc('day', v.last_visit, z.time_zone) else v.last_visit end, v.avg_time_on_page, v.days_visited, r.ref
  from :schema.list_visitors(
    p_entity_type, p_entity_id, coalesce(p_date_from, '-infinity'), coalesce(p_date_to, 'infinity'),
    null, null, 'visit_count', null, p_limit
  ) l
  cross join lateral unnest(l.visitors) with ordinality v
  cross join :schema.reporting_zone() z
  join lateral :schema.named_visitors(l.visitors) n on n.place = v.ordinality
  join lateral :schema.refs_of_visitors(p_entity_type, coalesce(p_entity_id, :no_entity), l.visitors) r on r.place = v.ordinality
  order by v.ordinality;
end;
