-- What happened to a subject in a week or a month? All that a mail about it says.

-- Which of these milestones were reached between two instants, by entities of this subject? Of an owner, by those that it had in that time. The
-- latest p_limit.
create or replace function :schema.milestones_between(
  p_entity_type text, p_entity_id :entity_id_type, p_since timestamptz, p_until timestamptz, p_limit integer
) returns table (
  milestone_id bigint, entity_type text, entity_id text, measure text, threshold bigint, value bigint, reached_at timestamptz
)
language plpgsql stable
:settings_of_readers
as $$
#variable_conflict use_column
begin
  if not exists (select 1 from :schema.analytics_milestones) then
    return;
  end if;
  return query
  select m.milestone_id, m.entity_type, nullif(m.entity_id, :no_entity)::text, m.measure, m.threshold, m.value, m.reached_at
  from (
    select m.* from :schema.analytics_milestones m
    where m.entity_type = p_entity_type and m.entity_id = p_entity_id and not :schema.is_group_type(p_entity_type)
    union all
    select m.* from :schema.analytics_milestones m
    where p_entity_type <> 'headcount:owner' and :schema.is_group_type(p_entity_type)
      and :schema.is_of_group(p_entity_type, p_entity_id, m.entity_type, null)
    union all
    select m.*
    from (select 1 where p_entity_type = 'headcount:owner') o
    cross join lateral :schema.entities_of_owner(p_entity_id, p_since::date - 1, p_until::date + 1) e
    join :schema.analytics_milestones m on m.entity_type = e.entity_type and m.entity_id = e.entity_id
    where exists (
      select 1 from :page_view_rows pv
      where pv.owner_id = p_entity_id and pv.viewed_at >= p_since and pv.viewed_at < p_until
        and pv.entity_type = m.entity_type and coalesce(pv.entity_id:::entity_id_type, :no_entity) = m.entity_id
    )
  ) m
  where m.reached_at >= p_since and m.reached_at < p_until and not :schema.is_group_type(m.entity_type)
  order by m.reached_at desc, m.milestone_id desc
  limit p_limit;
end
$$;

-- The parts of a digest, each the rows of the question that it is of, as JSON: the series of its days compared with other dates, the 5 entities that
-- were viewed most, the 3 sources that most came from, and up to 10 milestones. since and until: the instants between which its dates are.
create or replace function :schema.digest_parts(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_compare_start date, p_compare_end date,
  out series text, out top text, out sources text, out milestones text, out since timestamptz, out until timestamptz
)
language plpgsql stable
:settings_of_readers
as $$
begin
  select p_start_date::timestamp at time zone z.time_zone, (p_end_date + 1)::timestamp at time zone z.time_zone
  into since, until
  from :schema.reporting_zone() z;
  series := (
    select json_agg(s)
    from :schema.compared_series_columns(p_entity_type, p_entity_id, p_start_date, p_end_date, 'daily', p_compare_start, p_compare_end) s
  );
  if :schema.is_group_type(p_entity_type) then
    top := (
      select json_agg(t)
      from :schema.compared_top_entities_columns(
        case when p_entity_type like 'headcount:type:%' then substr(p_entity_type, 16) end, p_start_date, p_end_date, 'unique_visitors', 5,
        p_compare_start, p_compare_end, case when p_entity_type = 'headcount:owner' then p_entity_id end
      ) t
    );
  end if;
  sources := (
    select to_json(b)
    from :schema.breakdown_columns(
      p_entity_type, p_entity_id, p_start_date, p_end_date, 'source', null, null, 'unique_visitors', 3, 0
    ) b
  );
  milestones := (
    select json_agg(
      json_build_object(
        'milestone_id', m.milestone_id::text, 'entity_type', m.entity_type, 'entity_id', m.entity_id, 'measure', m.measure,
        'threshold', m.threshold, 'value', m.value, 'reached_at', :schema.instant_text(m.reached_at)
      )
      order by m.reached_at desc, m.milestone_id desc
    )
    from :schema.milestones_between(p_entity_type, coalesce(p_entity_id, :no_entity), since, until, 10) m
  );
end
$$;

-- The one read of the client: the parts, and accounts, the latest first, from the last that viewed the subject for the first time by then. See
-- visitor_columns for the search_path.
create or replace function :schema.digest_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_compare_start date, p_compare_end date,
  p_with_names boolean
) returns table (series text, top text, sources text, milestones text, accounts text, since text, until text)
language sql stable
begin atomic
  select p.series, p.top, p.sources, p.milestones, to_json(v)::text, :schema.instant_text(p.since), :schema.instant_text(p.until)
  from :schema.digest_parts(p_entity_type, p_entity_id, p_start_date, p_end_date, p_compare_start, p_compare_end) p
  cross join lateral :schema.visitor_columns(
    p_entity_type, p_entity_id, '-infinity', 'infinity', true, null, 'first_visit',
    row('a', null, null, null, p.until, null, null):::schema.listed_visitor, null, 5, 0, p_with_names
  ) v;
end;
