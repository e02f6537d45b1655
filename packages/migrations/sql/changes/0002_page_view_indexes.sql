--! transaction: none
-- Three indexes on page views: by entity for rebuilding and verifying, by visitor for the list of visits
-- and for what folding must look up again after a view was taken away.
--
-- account_id tells an anonymous visitor's views from those of the session after its login.
--
-- On a table that already has rows they are built CONCURRENTLY: writers go on meanwhile.

create index :concurrently if not exists idx_page_views_entity_time_series
  on :page_views (entity_type, entity_id, viewed_at);

create index :concurrently if not exists idx_page_views_account_entity_time
  on :page_views (account_id, entity_type, entity_id, viewed_at)
  where account_id is not null;

create index :concurrently if not exists idx_page_views_session_entity
  on :page_views (session_id, entity_type, entity_id, viewed_at)
  include (account_id)
  where session_id is not null;
