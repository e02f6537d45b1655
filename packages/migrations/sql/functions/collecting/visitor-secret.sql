-- The secret under which collection hashes address and user agent into a visitor_id of one date, and from when until when that
-- date lasts: NULL for dates before yesterday. It is made when it is first asked for, and deleted when it is two days old.
-- Runs with the rights of its owner, so that nobody can read the secrets of other dates.
create or replace function :schema.visitor_secret(
  p_instant timestamptz, out secret bytea, out valid_from timestamptz, out valid_until timestamptz
)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_today date := (now() at time zone v_time_zone)::date;
  v_date date := (p_instant at time zone v_time_zone)::date;
begin
  valid_from := v_date::timestamp at time zone v_time_zone;
  valid_until := (v_date + 1)::timestamp at time zone v_time_zone;
  delete from :schema.analytics_secrets s where s.purpose = 'visitor' and s.date < v_today - 1;
  if v_date between v_today - 1 and v_today + 1 then
    insert into :schema.analytics_secrets (purpose, date, secret)
    select 'visitor', v_date, string_agg(uuid_send(gen_random_uuid()), ''::bytea) from generate_series(1, 4)
    on conflict do nothing;
    secret := (select s.secret from :schema.analytics_secrets s where s.purpose = 'visitor' and s.date = v_date);
  end if;
end
$$;
