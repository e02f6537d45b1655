-- Before which date had visitors come last who were forgotten, and are new when they come back? NULL where nobody was forgotten, or a range
-- that ends on p_end_date ends before it.
create or replace function :schema.visitors_new_since(p_end_date date) returns date
language plpgsql stable
:settings_of_readers
as $$
begin
  return (select s.forgotten_before from :schema.analytics_settings s where s.forgotten_before <= p_end_date);
end
$$;
