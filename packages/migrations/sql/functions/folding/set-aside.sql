-- Applying changes whatever some of them are: one that cannot be applied is set aside with its reason, so that nothing stops folding.

-- Of these changes, which take away what had never been counted? Of the views that a visitor-day lacks, the youngest ones. What
-- comes back at the same instant has been edited, and lacks nothing.
create or replace function :schema.impossible_changes(
  p_changes :schema.page_view_changes[], p_days :schema.visitor_day_delta[]
) returns :schema.page_view_changes[]
language plpgsql stable
:settings_of_writers
set enable_nestloop = off
set enable_seqscan = off
as $$
begin
  return array(
    select c.change
    from (
      select
        c.change, c.missing,
        row_number() over (partition by c.entity_type, c.entity_id, c.kind, c.visitor_id, c.date order by (c.change).change_id desc) as nth
      from (
        select
          c as change, l.*, c.sign,
          row_number() over (
            partition by l.entity_type, l.entity_id, l.kind, l.visitor_id, c.viewed_at, c.sign order by c.change_id desc
          ) as nth,
          sum(c.sign) over (partition by l.entity_type, l.entity_id, l.kind, l.visitor_id, c.viewed_at) as views
        from :schema.reporting_zone() s
        cross join unnest(p_changes) c
        join (
          select d.entity_type, d.entity_id, d.kind, d.visitor_id, d.date, -(d.after).views as missing
          from unnest(p_days) d
          where (d.after).views < 0
        ) l
          on l.entity_id = c.entity_id and l.entity_type = c.entity_type
          and l.visitor_id = :schema.visitor_of(c.account_id, c.session_id, c.visitor_id)
          and l.kind = :schema.visitor_kind(c.account_id, c.session_id, c.visitor_id)
          and l.date = (c.viewed_at at time zone s.time_zone)::date
      ) c
      where c.sign < 0 and c.nth <= -c.views
    ) c
    where c.nth <= c.missing
  );
end
$$;

-- Keep these changes out of the way, with the reason.
create or replace function :schema.set_aside(p_changes :schema.page_view_changes[], p_reason text) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  insert into :schema.set_aside_changes (
    reason, sign, entity_type, entity_id, account_id, session_id, visitor_id, viewed_at, time_on_page
  )
  select p_reason, c.sign, c.entity_type, c.entity_id, c.account_id, c.session_id, c.visitor_id, c.viewed_at, c.time_on_page
  from unnest(p_changes) c;
end;

-- Add to entries what sessions have handed on. What cannot be added is set aside: without it all others of the entity would wait.
create or replace function :schema.apply_entries(p_entries :schema.entry_delta[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_reason text;
  v_state text;
  v_half integer := cardinality(p_entries) / 2;
begin
  begin
    perform :schema.store_changes('{}', '{}', '{}', p_entries);
    return;
  exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
    get stacked diagnostics v_reason = message_text, v_state = returned_sqlstate;
  end;
  if cardinality(p_entries) > 1 then
    perform :schema.apply_entries(p_entries[:v_half]);
    perform :schema.apply_entries(p_entries[v_half + 1:]);
    return;
  end if;
  insert into :schema.set_aside_changes (reason, sign, entity_type, entity_id, viewed_at)
  select
    format('%s entries and %s bounces could not be added: %s (%s)', e.entries, e.bounces, v_reason, v_state), 0,
    e.entity_type, e.entity_id, (e.date + make_interval(hours => e.hour)) at time zone s.time_zone
  from :schema.reporting_zone() s
  cross join unnest(p_entries) e;
end
$$;

-- Apply these changes, and take them out of the queue; what cannot be applied is set aside. When they cannot be applied together they are
-- divided, until the one that is at fault stands alone: what is taken away first, or a view that is added could stand in for one that had never
-- been counted. p_slots: which slots are held, NULL for all.
create or replace function :schema.apply_changes(
  p_changes :schema.page_view_changes[], p_entries :schema.entry_delta[], p_slots smallint[]
) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_changes :schema.page_view_changes[] := p_changes;
  v_days :schema.visitor_day_delta[];
  v_impossible :schema.page_view_changes[];
  v_reason text;
  v_state text;
  v_half integer := cardinality(p_changes) / 2;
begin
  begin
    v_days := :schema.visitor_days_of_batch(v_changes);
    if exists (select 1 from unnest(v_days) d where (d.after).views < 0) then
      v_impossible := :schema.impossible_changes(v_changes, v_days);
      perform :schema.set_aside(v_impossible, 'a view was taken away that had never been counted');
      perform :schema.delete_changes(v_impossible);
      v_changes := array(
        select c from unnest(v_changes) c where c.change_id not in (select i.change_id from unnest(v_impossible) i)
      );
      v_days := :schema.visitor_days_of_batch(v_changes);
    end if;
    -- first: storing ends with what others wait for
    perform :schema.delete_changes(v_changes);
    perform :schema.store_changes(v_changes, v_days, :schema.changes_of_views(v_changes), p_entries, p_slots);
    return;
  exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
    get stacked diagnostics v_reason = message_text, v_state = returned_sqlstate;
  end;
  if p_entries <> '{}' then
    perform :schema.apply_entries(p_entries);
  end if;
  if cardinality(p_changes) = 1 then
    perform :schema.set_aside(p_changes, format('%s (%s)', v_reason, v_state));
    perform :schema.delete_changes(p_changes);
  end if;
  if cardinality(p_changes) < 2 then
    return;
  end if;
  p_changes := array(select c from unnest(p_changes) c order by c.sign, c.change_id);
  perform :schema.apply_changes(p_changes[:v_half], '{}', p_slots);
  perform :schema.apply_changes(p_changes[v_half + 1:], '{}', p_slots);
end
$$;
