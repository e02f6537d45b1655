-- What a rebuild refuses: page views that were deleted past capture are in the rollups only, and reading in would lose them.

-- Fail for a view of this date that page views no longer hold, and a rebuild would lose.
create or replace function :schema.refuse_losing(p_whose text, p_date date) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception '% has no more views of % on %, which this rebuild would lose', :'page_views'::regclass, p_whose, p_date
    using errcode = 'object_not_in_prerequisite_state',
      hint = 'What is stored is kept as it is. To lose it, and make the rollups what page views are now, name all dates: '
        || format(
          'select %s.aggregate_page_views(%L, ''9999-12-31'').', :'schema',
          (select coalesce(s.sealed_before, '0001-01-01') from :schema.analytics_settings s)
        );
end
$$;

-- Fail when page views no longer hold the date on which one of these sessions (NULL: all from the first to the last) began, and it is
-- not one of these. A session that is wrong differs from it: the entity has no row of that date.
create or replace function :schema.refuse_losing_sessions(
  p_first_id :session_id_type, p_last_id :session_id_type, p_ids :session_id_type[], p_start_date date, p_end_date date,
  p_time_zone text
) returns void
language plpgsql stable
:settings_of_writers
set enable_nestloop = off
-- a step is a small part of large tables
set enable_seqscan = off
as $$
declare
  v_lost record;
begin
  select s.session_id, (s.first_seen_at at time zone p_time_zone)::date as date into v_lost
  from :schema.visitor_sessions s
  where s.session_id between p_first_id and p_last_id and (p_ids is null or s.session_id = any (p_ids)) and s.total_views > 0
    and (s.first_seen_at at time zone p_time_zone)::date not between p_start_date and p_end_date
    and (s.session_id, s.first_seen_at) not in (
      select pv.session_id:::session_id_type, pv.viewed_at
      from :page_view_rows pv
      where pv.session_id between p_first_id and p_last_id
    )
    and exists (
      select 1 from :schema.analytics_days d
      where d.entity_type = s.entry_entity_type and d.entity_id = s.entry_entity_id
        and d.date = (s.first_seen_at at time zone p_time_zone)::date and d.views > 0
    )
    and not exists (
      select 1 from :schema.page_views_of(
        s.entry_entity_type, s.entry_entity_id, (s.first_seen_at at time zone p_time_zone)::date,
        (s.first_seen_at at time zone p_time_zone)::date, p_time_zone
      ) pv
    )
    and not exists (
      select 1 from :schema.page_view_changes q
      where q.entity_type = s.entry_entity_type and q.entity_id = s.entry_entity_id and q.sign < 0
        and (q.viewed_at at time zone p_time_zone)::date = (s.first_seen_at at time zone p_time_zone)::date
    )
    and not exists (
      select 1 from :schema.set_aside_changes c
      where c.entity_type = s.entry_entity_type and c.entity_id = s.entry_entity_id and c.sign < 0
        and (c.viewed_at at time zone p_time_zone)::date = (s.first_seen_at at time zone p_time_zone)::date
    )
  limit 1;
  if found then
    perform :schema.refuse_losing(format('session %s', v_lost.session_id), v_lost.date);
  end if;
end
$$;

-- Fail when page views no longer hold what is stored of other dates than these: rebuilt whole, the entity would lose it.
create or replace function :schema.refuse_losing_dates(
  p_slice :schema.entity_slice, p_ids :entity_id_type[], p_start_date date, p_end_date date, p_time_zone text
) returns void
language plpgsql stable
:settings_of_writers
set enable_nestloop = off
-- a step is a small part of large tables
set enable_seqscan = off
as $$
declare
  v_lost record;
begin
  select d.entity_id, d.date into v_lost
  from (
    select d.entity_id, d.date from :schema.analytics_days d
    where d.entity_type = (p_slice).entity_type and d.entity_id between (p_slice).first_id and (p_slice).last_id
      and (p_ids is null or d.entity_id = any (p_ids)) and d.date not between p_start_date and p_end_date and d.views > 0
      -- what is sealed stays
      and d.date >= coalesce((select s.sealed_before from :schema.analytics_settings s), '-infinity')
    except
    select coalesce(pv.entity_id:::entity_id_type, :no_entity), (pv.viewed_at at time zone p_time_zone)::date
    from :page_view_rows pv
    where pv.entity_type = (p_slice).entity_type
      and (
        pv.entity_id between (p_slice).first_id and (p_slice).last_id
        or ((p_slice).first_id = :no_entity and pv.entity_id is null)
      )
      and :schema.is_counted(pv.entity_type, pv.entity_id, pv.account_id, pv.session_id, pv.visitor_id, pv.viewed_at)
    except
    select g.entity_id, (g.viewed_at at time zone p_time_zone)::date
    from (select 1 where :schema.is_group_type((p_slice).entity_type)) o
    cross join lateral :schema.page_views_of_groups((p_slice).entity_type, (p_slice).first_id, (p_slice).last_id, p_ids) g
    except
    select q.entity_id, (q.viewed_at at time zone p_time_zone)::date
    from :schema.page_view_changes q
    where q.entity_type = (p_slice).entity_type and q.entity_id between (p_slice).first_id and (p_slice).last_id and q.sign < 0
    except
    select c.entity_id, (c.viewed_at at time zone p_time_zone)::date
    from :schema.set_aside_changes c
    where c.entity_type = (p_slice).entity_type and c.entity_id between (p_slice).first_id and (p_slice).last_id and c.sign < 0
  ) d
  order by d.date
  limit 1;
  if found then
    perform :schema.refuse_losing(concat_ws(' ', (p_slice).entity_type, nullif(v_lost.entity_id, :no_entity)), v_lost.date);
  end if;
end
$$;
