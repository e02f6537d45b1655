-- The order of a list of visitors. p_sort is what they are sorted by, each downwards:
--
--   visit_count   how often they came, then their last visit
--   last_visit    their last visit, then how often they came
--   first_visit   their first visit, then how often they came
--
-- Those who are equal follow by kind, visitor_ids, sessions, accounts, and by id.

-- Is this visitor behind that one, where the page before ended? NULL is before all. p_instant: the last visit, or the
-- first one where that is what they are sorted by.
create or replace function :schema.is_behind(
  p_sort text, p_after :schema.listed_visitor,
  p_visit_count bigint, p_instant timestamptz, p_kind "char", p_visitor_id :visitor_id_type
) returns boolean
language sql immutable parallel safe
begin atomic
  select case
    when p_after is null then true
    when p_sort = 'visit_count' then
      p_visit_count < (p_after).visit_count
      or p_visit_count = (p_after).visit_count and (
        p_instant < (p_after).last_visit
        or p_instant = (p_after).last_visit
          and (p_kind < (p_after).kind or p_kind = (p_after).kind and p_visitor_id > (p_after).visitor_id)
      )
    else
      p_instant < case when p_sort = 'first_visit' then (p_after).first_visit else (p_after).last_visit end
      or p_instant = case when p_sort = 'first_visit' then (p_after).first_visit else (p_after).last_visit end and (
        p_visit_count < (p_after).visit_count
        or p_visit_count = (p_after).visit_count
          and (p_kind < (p_after).kind or p_kind = (p_after).kind and p_visitor_id > (p_after).visitor_id)
      )
  end;
end;

-- Which of these visitors are the first p_limit behind that one? Those who did not come are left out.
create or replace function :schema.first_visitors(
  p_visitors :schema.listed_visitor[], p_sort text, p_after :schema.listed_visitor, p_limit bigint
) returns setof :schema.listed_visitor
language sql stable
begin atomic
  select v.*
  from unnest(p_visitors) v
  where v.visit_count > 0 and :schema.is_behind(
    p_sort, p_after, v.visit_count, case when p_sort = 'first_visit' then v.first_visit else v.last_visit end,
    v.kind, v.visitor_id
  )
  order by
    case when p_sort = 'visit_count' then v.visit_count end desc,
    case when p_sort = 'first_visit' then v.first_visit else v.last_visit end desc,
    v.visit_count desc, v.kind desc, v.visitor_id
  limit p_limit;
end;
