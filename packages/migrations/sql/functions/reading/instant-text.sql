-- How do answers write this instant? ISO 8601 in UTC with milliseconds. Without a search_path of its own, so that it is inlined.
create or replace function :schema.instant_text(p_instant timestamptz) returns text
language sql stable parallel safe
begin atomic
  select to_char(p_instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
end;
