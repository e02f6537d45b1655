-- The numbers of what page views came from and were viewed with. What has none gets one, as long as there is room: names come from
-- anybody's address bar, and without a bound one script would fill these tables for ever.

-- Is there room for another combination? For 1,000 new ones a day and for 100,000 in all, the last tenth of which is kept for those
-- without their most detailed name.
create or replace function :schema.has_room_for_source(p_is_short boolean) returns boolean
language sql stable
begin atomic
  select case
    when (select count(*) from :schema.analytics_sources s where s.first_seen > now() - interval '1 day')
      >= case when p_is_short then 1000 else 900 end then false
    else (select count(*) from :schema.analytics_sources) < case when p_is_short then 100000 else 90000 end
  end;
end;

create or replace function :schema.has_room_for_device(p_is_short boolean) returns boolean
language sql stable
begin atomic
  select case
    when (select count(*) from :schema.analytics_devices d where d.first_seen > now() - interval '1 day')
      >= case when p_is_short then 1000 else 900 end then false
    else (select count(*) from :schema.analytics_devices) < case when p_is_short then 100000 else 90000 end
  end;
end;

-- Which number has this source: channel, source, referrer_host, surface, utm_source, utm_medium, utm_campaign? Where there is no room for it,
-- that of the source with another campaign; and where there is none for that, of all others in its channel.
create or replace function :schema.source_number(p_source text[]) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_source text[];
  v_number integer;
begin
  for v_nth in 1..3 loop
    v_source := case v_nth
      when 1 then p_source
      when 2 then p_source[1:6] || case when p_source[7] is not null then '(other)' end
      else p_source[1:1] || (select array_agg(case when n.name is not null then '(other)' end order by n.nth) from unnest(p_source[2:7]) with ordinality n (name, nth))
    end;
    v_number := (
      select s.source_no from :schema.analytics_sources s
      where array[s.channel, s.source, s.referrer_host, s.surface, s.utm_source, s.utm_medium, s.utm_campaign] = v_source
    );
    if v_number is null and (v_nth = 3 or :schema.has_room_for_source(v_nth = 2 or p_source[7] is null)) then
      insert into :schema.analytics_sources (channel, source, referrer_host, surface, utm_source, utm_medium, utm_campaign)
      values (v_source[1], v_source[2], v_source[3], v_source[4], v_source[5], v_source[6], v_source[7])
      on conflict do nothing
      returning source_no into v_number;
      -- somebody else has added it in the meantime
      v_number := coalesce(v_number, (
        select s.source_no from :schema.analytics_sources s
        where array[s.channel, s.source, s.referrer_host, s.surface, s.utm_source, s.utm_medium, s.utm_campaign] = v_source
      ));
    end if;
    exit when v_number is not null;
  end loop;
  return v_number;
end
$$;

-- Which number has this device, browser, os and country? Where there is no room for it, that of other browsers and systems there; and
-- where there is none for that, of all others of its kind.
create or replace function :schema.device_number(p_device text[]) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_device text[];
  v_number integer;
begin
  for v_nth in 1..3 loop
    v_device := case
      when v_nth = 1 then p_device
      else p_device[1:1] || array[
        case when p_device[2] is not null then '(other)' end,
        case when p_device[3] is not null then '(other)' end,
        case when p_device[4] is null or v_nth = 2 then p_device[4] else '(other)' end
      ]
    end;
    v_number := (
      select d.device_no from :schema.analytics_devices d where array[d.device, d.browser, d.os, d.country] = v_device
    );
    if v_number is null and (v_nth = 3 or :schema.has_room_for_device(v_nth = 2)) then
      insert into :schema.analytics_devices (device, browser, os, country)
      values (v_device[1], v_device[2], v_device[3], v_device[4])
      on conflict do nothing
      returning device_no into v_number;
      v_number := coalesce(v_number, (
        select d.device_no from :schema.analytics_devices d where array[d.device, d.browser, d.os, d.country] = v_device
      ));
    end if;
    exit when v_number is not null;
  end loop;
  return v_number;
end
$$;

-- Which numbers have these sources, and these devices? As arrays of names in JSON, and in their order; they are added in one order
-- by all, so that two who add the same wait for each other and do not deadlock.
-- They run with the rights of their owner: a role that collects needs no right on what others collected.
create or replace function :schema.source_numbers(p_sources text) returns text
language plpgsql volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_source record;
  v_numbers integer[];
begin
  for v_source in
    select s.nth, array(select n.name from jsonb_array_elements_text(s.names) with ordinality n (name, nth) order by n.nth) as names
    from jsonb_array_elements(p_sources::jsonb) with ordinality s (names, nth)
    order by s.names
  loop
    v_numbers[v_source.nth] := :schema.source_number(v_source.names);
  end loop;
  return to_json(v_numbers);
end
$$;

create or replace function :schema.device_numbers(p_devices text) returns text
language plpgsql volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_device record;
  v_numbers integer[];
begin
  for v_device in
    select d.nth, array(select n.name from jsonb_array_elements_text(d.names) with ordinality n (name, nth) order by n.nth) as names
    from jsonb_array_elements(p_devices::jsonb) with ordinality d (names, nth)
    order by d.names
  loop
    v_numbers[v_device.nth] := :schema.device_number(v_device.names);
  end loop;
  return to_json(v_numbers);
end
$$;
