-- The numbers of what page views came from and were viewed with. What has none gets one, as long as there is room: names come from
-- anybody's address bar, and without a bound one script would fill these tables for ever.
--
-- p_kind is source or device. Names are those of the combination, from what is coarse to what is fine:
--
--   source   channel, source, referrer_host, surface, utm_source, utm_medium; utm_campaign
--   device   device, country; browser, os

-- Is there room for another combination? For 1,000 new ones a day and for 100,000 in all, the last tenth of which is kept for those
-- without their finest names.
create or replace function :schema.has_room_for_fact(p_kind text, p_is_short boolean) returns boolean
language sql stable
begin atomic
  select
    (
      select count(*) from :schema.analytics_sources s where p_kind = 'source' and s.first_seen > now() - interval '1 day'
    ) + (
      select count(*) from :schema.analytics_devices d where p_kind = 'device' and d.first_seen > now() - interval '1 day'
    ) < case when p_is_short then 1000 else 900 end
    and (
      select count(*) from :schema.analytics_sources where p_kind = 'source'
    ) + (
      select count(*) from :schema.analytics_devices where p_kind = 'device'
    ) < case when p_is_short then 100000 else 90000 end;
end;

-- Which number has this combination? NULL when it has none.
create or replace function :schema.known_fact_number(p_kind text, p_names text[]) returns integer
language sql stable
begin atomic
  select s.source_no from :schema.analytics_sources s
  where p_kind = 'source' and p_names
    = array[s.channel, s.source, s.referrer_host, s.surface, s.utm_source, s.utm_medium, s.utm_campaign]
  union all
  select d.device_no from :schema.analytics_devices d
  where p_kind = 'device' and array[p_names[1], p_names[3], p_names[4], p_names[2]] = array[d.device, d.browser, d.os, d.country];
end;

-- Which number has this combination, which gets one when it has none? Where there is no room for it, that of the one with other finest
-- names; and where that has no number and gets none, that of all others of its channel, or of its kind of device.
create or replace function :schema.fact_number(p_kind text, p_names text[]) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_finest integer := case p_kind when 'source' then 7 else 3 end;
  v_is_short boolean := cardinality(array_remove(p_names[v_finest:], null)) = 0;
  v_others_from integer;
  v_names text[];
  v_number integer;
begin
  foreach v_others_from in array array[cardinality(p_names) + 1, v_finest, 2] loop
    v_names := array(
      select case when n.name is null or n.nth < v_others_from then n.name else '(other)' end
      from unnest(p_names) with ordinality n (name, nth)
      order by n.nth
    );
    v_number := :schema.known_fact_number(p_kind, v_names);
    if v_number is null and (v_others_from = 2 or :schema.has_room_for_fact(p_kind, v_is_short or v_others_from = v_finest)) then
      if p_kind = 'source' then
        insert into :schema.analytics_sources (channel, source, referrer_host, surface, utm_source, utm_medium, utm_campaign)
        values (v_names[1], v_names[2], v_names[3], v_names[4], v_names[5], v_names[6], v_names[7])
        on conflict do nothing;
      else
        insert into :schema.analytics_devices (device, country, browser, os)
        values (v_names[1], v_names[2], v_names[3], v_names[4])
        on conflict do nothing;
      end if;
      -- ours, or that of somebody else, who has added it in the meantime
      v_number := :schema.known_fact_number(p_kind, v_names);
    end if;
    exit when v_number is not null;
  end loop;
  return v_number;
end
$$;

-- Which numbers have these combinations? As arrays of names in JSON, and in their order; they are added in one order by all, so that
-- two who add the same wait for each other and do not deadlock.
-- Runs with the rights of its owner: a role that collects needs no right on what others collected.
create or replace function :schema.fact_numbers(p_kind text, p_combinations text) returns text
language plpgsql volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_combination record;
  v_numbers integer[];
begin
  for v_combination in
    select c.nth, array(select n.name from jsonb_array_elements_text(c.names) with ordinality n (name, nth) order by n.nth) as names
    from jsonb_array_elements(p_combinations::jsonb) with ordinality c (names, nth)
    order by c.names
  loop
    v_numbers[v_combination.nth] := :schema.fact_number(p_kind, v_combination.names);
  end loop;
  return to_json(v_numbers);
end
$$;
