-- What visitors viewed of a group: an owner's pages, those of a type, all.

-- Which page views of a group has this visitor between two instants, and on these dates of a time zone, which is NULL when that is all time?
create or replace function :schema.visits_to_group(
  p_group_type text, p_group_id :entity_id_type, p_kind "char", p_visitor_id :visitor_id_type, p_from timestamptz, p_until timestamptz,
  p_time_zone text, p_start_date date, p_end_date date
) returns table (viewed_at timestamptz, referrer_url text, entity_type text, entity_id :entity_id_type)
language plpgsql stable
:settings_of_readers
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
  return query
  select v.viewed_at, v.referrer_url::text, v.entity_type::text, coalesce(v.entity_id:::entity_id_type, :no_entity)
  from (
    select pv.entity_type, pv.entity_id, pv.owner_id, pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where p_kind = 'a' and pv.account_id = p_visitor_id:::account_id_type
    union all
    select pv.entity_type, pv.entity_id, pv.owner_id, pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where p_kind = 's' and pv.session_id = p_visitor_id:::session_id_type and pv.account_id is null and pv.visitor_id is null
    union all
    select pv.entity_type, pv.entity_id, pv.owner_id, pv.viewed_at, pv.referrer_url from :page_view_rows pv
    where p_kind = 'v' and pv.visitor_id = p_visitor_id:::session_id_type and pv.account_id is null
  ) v
  where v.viewed_at >= p_from and v.viewed_at < p_until and not :schema.is_group_type(v.entity_type)
    and (p_time_zone is null or (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    and :schema.is_of_group(p_group_type, p_group_id, v.entity_type, v.owner_id);
end
$$;

-- How many entities of a group has each of these visitors seen? One statement for all: of a hundred visitors, calls took longer than what they read.
create or replace function :schema.entities_of_visitors(
  p_group_type text, p_group_id :entity_id_type, p_visitors :schema.listed_visitor[], p_from timestamptz, p_until timestamptz,
  p_time_zone text, p_start_date date, p_end_date date
) returns text
language plpgsql stable
:settings_of_readers
set enable_seqscan = off
as $$
begin
  return (
    select json_agg(e.entities order by u.ordinality)::text
    from unnest(p_visitors) with ordinality u
    cross join lateral (
      select count(distinct row(v.entity_type::text, coalesce(v.entity_id:::entity_id_type, :no_entity))) as entities
      from (
        select pv.entity_type, pv.entity_id, pv.owner_id, pv.viewed_at from :page_view_rows pv
        where u.kind in ('a', 'n') and pv.account_id = u.visitor_id:::account_id_type
        union all
        select pv.entity_type, pv.entity_id, pv.owner_id, pv.viewed_at from :page_view_rows pv
        where u.kind = 's' and pv.session_id = u.visitor_id:::session_id_type and pv.account_id is null and pv.visitor_id is null
        union all
        select pv.entity_type, pv.entity_id, pv.owner_id, pv.viewed_at from :page_view_rows pv
        where u.kind = 'v' and pv.visitor_id = u.visitor_id:::session_id_type and pv.account_id is null
      ) v
      where v.viewed_at >= p_from and v.viewed_at < p_until and not :schema.is_group_type(v.entity_type)
        and (p_time_zone is null or (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
        and :schema.is_of_group(p_group_type, p_group_id, v.entity_type, v.owner_id)
    ) e
  );
end
$$;
