-- What do the deltas of visitor-days do to visitors over all time? Counts are differences, except visit_count, which is that
-- before; first_visit and last_visit are what they are now, NULL when nothing is left.
create or replace function :schema.visitor_changes(p_days :schema.visitor_day_delta[]) returns setof :schema.visitor_change
language sql stable
begin atomic
  select
    d.entity_type, d.entity_id, d.kind, d.visitor_id, max(d.visit_count),
    sum(coalesce((d.after).views, 0) - coalesce((d.before).views, 0))::integer,
    sum(coalesce((d.after).views > 0, false)::integer - ((d.before).views is not null)::integer)::integer,
    sum(coalesce((d.after).timed_views, 0) - coalesce((d.before).timed_views, 0))::integer,
    sum(coalesce((d.after).time_total, 0) - coalesce((d.before).time_total, 0))::bigint,
    -- when the first stored visit is among what is known here, all that can replace it is known too
    case
      when bool_or((d.before).first_view = d.first_visit) then min((d.after).first_view) filter (where (d.after).views > 0)
      else least(min(d.first_visit), min((d.after).first_view) filter (where (d.after).views > 0))
    end,
    case
      when bool_or((d.before).last_view = d.last_visit) then max((d.after).last_view) filter (where (d.after).views > 0)
      else greatest(max(d.last_visit), max((d.after).last_view) filter (where (d.after).views > 0))
    end
  from unnest(p_days) d
  group by d.visitor_id, d.entity_id, d.kind, d.entity_type
  having bool_or(d.before is distinct from d.after);
end;
