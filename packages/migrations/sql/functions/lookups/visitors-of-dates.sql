-- Look-ups of visitors by dates. They are inlined into the statements that use them.

-- Which number stands for what happened to an entity on this UTC date? Outside the years 1 to 9999 nothing is counted.
create or replace function :schema.entity_date_key(p_entity_type text, p_entity_id :entity_id_type, p_date date) returns bigint
language sql immutable parallel safe
begin atomic
  select :schema.entity_day_key(
    p_entity_type, p_entity_id,
    least(greatest(p_date, date '0001-01-01'), date '9999-12-31')::timestamp at time zone 'UTC'
  );
end;

-- Who viewed this entity once ever, on one of these dates? The index gets a day's margin, because it has the dates of UTC, and
-- the label decides. Two entities may share a number, so the entity is compared in full; see visitor_at for how.
create or replace function :schema.singles_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns setof :schema.analytics_entity_visitors
language sql stable
begin atomic
  select v.* from :schema.analytics_entity_visitors v
  where :schema.entity_day_key(v.entity_type, v.entity_id, v.first_visit)
      between :schema.entity_date_key(p_entity_type, p_entity_id, p_start_date - 1)
      and :schema.entity_date_key(p_entity_type, p_entity_id, p_end_date + 1)
    and v.entity_id is not distinct from p_entity_id and v.entity_type is not distinct from p_entity_type
    and v.visit_count is null
    and (v.first_visit at time zone (select s.time_zone from :schema.analytics_settings s))::date
      between p_start_date and p_end_date;
end;

-- Which visitor-days has this visitor on these dates?
create or replace function :schema.visitor_days_between(
  p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type, p_start_date date, p_end_date date
) returns setof :schema.analytics_visitor_days
language sql stable
begin atomic
  select d.* from :schema.analytics_visitor_days d
  where :schema.pair_key(d.entity_type, d.entity_id, d.visitor_id) = :schema.pair_key(p_entity_type, p_entity_id, p_visitor_id)
    and d.date between p_start_date and p_end_date
    and d.entity_id is not distinct from p_entity_id and d.visitor_id is not distinct from p_visitor_id
    and d.kind is not distinct from p_kind and d.entity_type is not distinct from p_entity_type
  offset 0;
end;
