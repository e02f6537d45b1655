-- TRUNCATE takes away what was handed on, too.

create or replace trigger headcount_empty_outboxes
  after truncate on :page_views
  for each statement execute function :schema.empty_outboxes();
