--! repeat: until done
-- Read the views that were there before capture began into the rollups, a step at a time.

with
step as (
  select s.page_views, s.done, s.after
  from :schema.rebuild_page_views_step(null, null, :'after'::jsonb) s
),
complete as (
  update :schema.analytics_settings set history_complete = true
  where exists (select from step where done)
)
select step.page_views, step.done, step.after from step;
