--! transaction: none
-- Four indexes on page views: by entity for rebuilding and verifying, by visitor for the list of visits
-- and for what folding must look up again after a view was taken away.
--
-- The included columns separate the views of an anonymous visitor from those after its login, or with a visitor_id.
--
-- A page view whose ids are too long for a key is in none of them, or the host could not insert it: everything that reads page
-- views asks for :page_view_rows, which has the same condition.
--
-- On a table that already has rows they are built CONCURRENTLY: writers go on.

create index :concurrently if not exists idx_page_views_entity_time_series
  on :page_views (:entity_time_key)
  where :ids_fit;

create index :concurrently if not exists idx_page_views_account_entity_time
  on :page_views (:account_entity_time_key)
  where :account_id_column is not null and :ids_fit;

create index :concurrently if not exists idx_page_views_session_entity_time
  on :page_views (:session_entity_time_key)
  include (:account_id_column, :visitor_id_column)
  where :session_id_column is not null and :ids_fit;

create index :concurrently if not exists idx_page_views_visitor_entity_time
  on :page_views (:visitor_entity_time_key)
  include (:account_id_column)
  where :visitor_id_column is not null and :ids_fit;
