-- Reading the history in: the page views that were there before capture began.
--
-- Whatever happened to page views since is in the queue, for nothing is folded before the history is complete. So the
-- history is what page views hold less what is pending, whenever one looks: the same rows for the first step and for the
-- last one, and the queue stays as it is. Each part of it is written once, into rollups that have nothing of it yet,
-- and in the order of their indexes.

-- Read these sessions in, from the first id to the last, both included. Returns how many page views that were.
create or replace function :schema.read_sessions(p_first_id :session_id_type, p_last_id :session_id_type) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
set enable_nestloop = off
-- a step is a small part of large tables
set enable_seqscan = off
as $$
declare
  v_page_views bigint;
begin
  with
  -- read in place: where nothing is pending, only one of those who name it has something to do
  raw as not materialized (
    select
      pv.session_id:::session_id_type as session_id, pv.entity_type::text as entity_type,
      pv.entity_id:::entity_id_type as entity_id, pv.account_id:::account_id_type as account_id,
      pv.viewed_at, pv.time_on_page::bigint as time_on_page
    from :page_views pv
    where pv.session_id between p_first_id and p_last_id and :schema.is_counted(pv.entity_type, pv.viewed_at)
  ),
  pending as materialized (
    select q.sign, q.session_id, q.entity_type, q.entity_id, q.account_id, q.viewed_at, q.time_on_page
    from :schema.page_view_changes q
    where q.session_id = p_first_id or q.session_id in (select r.session_id from raw r)
  ),
  views as materialized (
    select r.* from raw r where not exists (select from pending)
    union all
    (
      (
        select r.* from raw r where exists (select from pending)
        union all
        select p.session_id, p.entity_type, p.entity_id, p.account_id, p.viewed_at, p.time_on_page
        from pending p where p.sign < 0
      )
      except all
      select p.session_id, p.entity_type, p.entity_id, p.account_id, p.viewed_at, p.time_on_page
      from pending p where p.sign > 0
    )
  ),
  pages as (
    select
      v.session_id, v.entity_type, v.entity_id, count(*)::integer as views, coalesce(sum(v.time_on_page), 0)::bigint as time_total,
      min(v.viewed_at) as first_seen, max(v.viewed_at) as last_seen
    from views v
    group by v.session_id, v.entity_type, v.entity_id
  ),
  sessions as (
    select
      p.session_id, sum(p.views) as total_views, sum(p.time_total) as time_total,
      min(p.first_seen) as first_seen, max(p.last_seen) as last_seen,
      array_agg(
        row(p.entity_type, p.entity_id, p.views):::schema.session_page
        order by p.first_seen, p.entity_type, p.entity_id nulls first
      ) as pages
    from pages p
    group by p.session_id
  ),
  accounts as (
    select distinct on (v.session_id) v.session_id, v.account_id, v.viewed_at as account_seen
    from views v
    where v.account_id is not null
    order by v.session_id, v.viewed_at desc, v.account_id desc
  ),
  written as (
    insert into :schema.visitor_sessions as s (
      session_id, account_id, account_seen, first_seen, last_seen, total_views, unique_pages, time_total,
      entry_entity_type, entry_entity_id, pages
    )
    select
      s.session_id, a.account_id, a.account_seen, s.first_seen, s.last_seen, s.total_views, cardinality(s.pages), s.time_total,
      (s.pages[1]).entity_type, (s.pages[1]).entity_id, case when cardinality(s.pages) > 1 then s.pages end
    from sessions s
    left join accounts a on a.session_id = s.session_id
    order by s.session_id
    -- collection may have written down where it comes from
    on conflict (session_id) do update set
      account_id = excluded.account_id, account_seen = excluded.account_seen,
      first_seen = excluded.first_seen, last_seen = excluded.last_seen,
      total_views = excluded.total_views, unique_pages = excluded.unique_pages, time_total = excluded.time_total,
      entry_entity_type = excluded.entry_entity_type, entry_entity_id = excluded.entry_entity_id, pages = excluded.pages
  )
  select count(*) into v_page_views from views;
  return v_page_views;
end
$$;
