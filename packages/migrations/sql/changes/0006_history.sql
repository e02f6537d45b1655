--! repeat: until done
-- Read the views that were there before capture began into the rollups, a step at a time.

select s.phase, s.page_views, s.done from :schema.read_history_step() s;
