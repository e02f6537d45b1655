-- What folding does for partitions of page views, in a transaction of its own: those that are to be made ahead are made, and those that have
-- come since and are empty get the triggers, and what was collected a week ago is forgotten. A role that may not do that folds all the same.
create or replace function :schema.keep_partitions() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if has_function_privilege(:'schema' || '.make_partitions(boolean)', 'execute') then
    perform :schema.make_partitions(false);
  end if;
  if has_function_privilege(:'schema' || '.capture_partitions(boolean)', 'execute') then
    perform :schema.capture_partitions(false);
  end if;
  if has_table_privilege(:'schema' || '.collected_page_views', 'delete') then
    delete from :schema.collected_page_views c
    using (
      select o.page_view_id from :schema.collected_page_views o
      where o.collected_at < now() - interval '7 days'
      order by o.collected_at limit 20000
    ) old
    where c.page_view_id = old.page_view_id;
  end if;
end
$$;
