-- What changes do to sessions, computed without writing anything, and through them to entries and bounces.
--
-- A session has one entry, its first page view, so entries and bounces add up over entities, dates and hours. A change
-- can move the entry of its session from any entity and date to any other.
-- Which account has a session? That of its latest view with one; of views at the same instant, the greatest.

-- What do these changes do to the sessions that they touch?
-- Counts follow from the changes, and so do first and last view and account while views only come; where the first or
-- the last was taken away they are read again from page views, less what is pending besides these changes.
-- Without p_with_pages, unique_pages and pages mean nothing: entries and bounces follow from the rest.
create or replace function :schema.session_effects(p_changes :schema.page_view_changes[], p_with_pages boolean default true)
returns setof :schema.session_effect
language sql stable
begin atomic
  with
  -- by page and instant, and once more by account and instant: a login moves no view
  changes as (
    select
      c.session_id, c.entity_type, c.entity_id, c.viewed_at, null:::account_id_type as account_id, false as of_account,
      sum(c.sign)::integer as views, coalesce(sum(c.sign * c.time_on_page), 0)::bigint as time_total
    from unnest(p_changes) c
    where c.session_id is not null
    group by c.session_id, c.entity_type, c.entity_id, c.viewed_at
    union all
    select c.session_id, null, null, c.viewed_at, c.account_id, true, sum(c.sign)::integer, 0
    from unnest(p_changes) c
    where c.session_id is not null and c.account_id is not null
    group by c.session_id, c.viewed_at, c.account_id
  ),
  changed as (
    select
      c.session_id,
      coalesce(sum(c.views) filter (where not c.of_account), 0)::integer as views,
      sum(c.time_total)::bigint as time_total,
      bool_or(c.views <> 0 and not c.of_account) as moves_pages,
      array_agg(
        row(c.entity_type, c.entity_id, c.views):::schema.session_page
        order by c.viewed_at, c.entity_type, c.entity_id nulls first
      ) filter (where c.views > 0 and not c.of_account) as added_pages,
      min(c.viewed_at) filter (where c.views > 0 and not c.of_account) as first_seen,
      max(c.viewed_at) filter (where c.views > 0 and not c.of_account) as last_seen,
      (array_agg(c.account_id order by c.viewed_at desc, c.account_id desc) filter (where c.views > 0 and c.of_account))[1]
        as account_id,
      max(c.viewed_at) filter (where c.views > 0 and c.of_account) as account_seen,
      min(c.viewed_at) filter (where c.views < 0 and not c.of_account) as first_lost,
      max(c.viewed_at) filter (where c.views < 0 and not c.of_account) as last_lost,
      max(c.viewed_at) filter (where c.views < 0 and c.of_account) as account_lost
    from changes c
    group by c.session_id
    -- a view that comes and goes, untimed, leaves nothing behind
    having bool_or(c.views <> 0 or c.time_total <> 0)
  ),
  after as (
    select
      c.*, (c.added_pages[1]).entity_type as entity_type, (c.added_pages[1]).entity_id as entity_id,
      coalesce(s.total_views, 0) as stored_views, coalesce(s.time_total, 0) as stored_time_total,
      s.first_seen as stored_first_seen, s.last_seen as stored_last_seen,
      s.entry_entity_type as stored_entity_type, s.entry_entity_id as stored_entity_id,
      s.account_id as stored_account_id, s.account_seen as stored_account_seen,
      coalesce(s.unique_pages, 0) as stored_unique_pages,
      case
        when s.pages is null and s.total_views > 0
          then array[row(s.entry_entity_type, s.entry_entity_id, s.total_views):::schema.session_page]
        else coalesce(s.pages, '{}')
      end as stored_pages,
      coalesce(s.total_views, 0) + c.views > 0 and (
        coalesce(c.first_lost <= s.first_seen and (c.first_seen < s.first_seen) is not true, false)
        or coalesce(c.last_lost >= s.last_seen and (c.last_seen >= s.last_seen) is not true, false)
        or coalesce(c.account_lost >= s.account_seen and (c.account_seen > s.account_seen) is not true, false)
      ) as reads_again
    from changed c
    left join lateral :schema.session_at(c.session_id) s on true
  ),
  -- most go on to one page that is new to them: it is put behind the others
  moved as (
    select
      a.*, p_with_pages and a.moves_pages and cardinality(a.added_pages) = 1 and a.first_lost is null and (a.stored_views = 0 or not exists (
        select from unnest(a.stored_pages) p
        where p.entity_type = a.entity_type and p.entity_id is not distinct from a.entity_id
      )) as adds_page
    from after a
  ),
  pages as (
    select
      p.session_id, count(*)::integer as unique_pages,
      array_agg(row(p.entity_type, p.entity_id, p.views):::schema.session_page) as pages
    from (
      select u.session_id, u.entity_type, u.entity_id, sum(u.views)::integer as views
      from (
        select m.session_id, c.entity_type, c.entity_id, c.views
        from moved m
        join changes c on c.session_id = m.session_id
        where p_with_pages and m.moves_pages and not m.adds_page and not c.of_account and c.views <> 0
        union all
        select m.session_id, p.entity_type, p.entity_id, p.views
        from moved m
        cross join lateral unnest(m.stored_pages) p
        where p_with_pages and m.moves_pages and not m.adds_page
      ) u
      group by u.session_id, u.entity_id, u.entity_type
      having sum(u.views) > 0
    ) p
    group by p.session_id
  ),
  -- the views that remain of the sessions that are read again: in raw, less pending elsewhere
  remaining as (
    select r.session_id, r.entity_type, r.entity_id, r.viewed_at, r.account_id
    from (
      select a.session_id, v.entity_type, v.entity_id, v.viewed_at, v.account_id, 1 as views
      from after a
      cross join lateral :schema.page_views_of_session(a.session_id) v
      where a.reads_again
      union all
      select a.session_id, q.entity_type, q.entity_id, q.viewed_at, q.account_id, -q.sign
      from after a
      join :schema.page_view_changes q on q.session_id = a.session_id
      where a.reads_again and q.change_id not in (select c.change_id from unnest(p_changes) c)
    ) r
    group by 1, 2, 3, 4, 5
    having sum(r.views) > 0
  ),
  again as (
    select
      r.session_id,
      (array_agg(
        row(r.entity_type, r.entity_id, 1):::schema.session_page
        order by r.viewed_at, r.entity_type, r.entity_id nulls first
      ))[1] as entry,
      min(r.viewed_at) as first_seen,
      max(r.viewed_at) as last_seen,
      (array_agg(r.account_id order by r.viewed_at desc, r.account_id desc) filter (where r.account_id is not null))[1]
        as account_id,
      max(r.viewed_at) filter (where r.account_id is not null) as account_seen
    from remaining r
    group by r.session_id
  ),
  compared as (
    select
      a.*,
      a.stored_first_seen is null or a.first_seen < a.stored_first_seen
        or (a.first_seen = a.stored_first_seen and a.entity_type < a.stored_entity_type)
        or (a.first_seen = a.stored_first_seen and a.entity_type = a.stored_entity_type
          and a.stored_entity_id is not null and (a.entity_id is null or a.entity_id < a.stored_entity_id))
        as enters_earlier,
      a.stored_account_seen is null or a.account_seen > a.stored_account_seen
        or (a.account_seen = a.stored_account_seen and a.account_id > a.stored_account_id)
        as has_later_account
    from moved a
  ),
  sessions as (
    select
      c.session_id, c.stored_views, c.stored_time_total, c.stored_first_seen, c.stored_entity_type, c.stored_entity_id,
      c.stored_views + c.views as views,
      c.stored_time_total + c.time_total as time_total,
      case when c.reads_again then g.first_seen else least(c.stored_first_seen, c.first_seen) end as first_seen,
      case when c.reads_again then g.last_seen else greatest(c.stored_last_seen, c.last_seen) end as last_seen,
      case
        when c.reads_again then g.entry
        when c.enters_earlier then c.added_pages[1]
        else row(c.stored_entity_type, c.stored_entity_id, 1):::schema.session_page
      end as entry,
      case when c.reads_again then g.account_id when c.has_later_account then c.account_id else c.stored_account_id end as account_id,
      case when c.reads_again then g.account_seen else greatest(c.stored_account_seen, c.account_seen) end as account_seen,
      case
        when c.adds_page then c.stored_unique_pages + 1
        when c.moves_pages then p.unique_pages
        else c.stored_unique_pages
      end as unique_pages,
      case
        when c.adds_page then c.stored_pages || c.added_pages
        when c.moves_pages then p.pages
        else c.stored_pages
      end as pages
    from compared c
    left join pages p on p.session_id = c.session_id
    left join again g on g.session_id = c.session_id
  )
  select
    s.session_id, s.stored_views, s.stored_time_total, s.stored_first_seen, s.stored_entity_type, s.stored_entity_id,
    s.views, s.time_total, s.first_seen, s.last_seen, (s.entry).entity_type, (s.entry).entity_id,
    s.account_id, s.account_seen, s.unique_pages,
    -- of one page it is known already
    case when s.unique_pages > 1 then s.pages end
  from sessions s;
end;

-- Does a session with these views and this time on them count as a bounce?
create or replace function :schema.is_bounce(p_views integer, p_time_total bigint) returns boolean
language sql immutable
begin atomic
  select p_views = 1 and p_time_total < 10;
end;

-- What does that do to the entries and bounces of dates and hours?
create or replace function :schema.entry_effects(p_sessions :schema.session_effect[]) returns setof :schema.view_count_effect
language sql stable
begin atomic
  select
    e.entity_type, e.entity_id, local.time::date, extract(hour from local.time)::smallint,
    0, 0, 0::bigint, sum(e.sign)::integer, sum(e.sign * e.is_bounce::integer)::integer
  from :schema.analytics_settings s
  cross join (
    select x.entity_type, x.entity_id, x.first_seen, x.is_bounce, x.sign
    from unnest(p_sessions) s
    cross join lateral (values
      (s.before_views, s.before_entity_type, s.before_entity_id, s.before_first_seen, :schema.is_bounce(s.before_views, s.before_time_total), -1),
      (s.views, s.entry_entity_type, s.entry_entity_id, s.first_seen, :schema.is_bounce(s.views, s.time_total), 1)
    ) x (views, entity_type, entity_id, first_seen, is_bounce, sign)
    where x.views > 0
      -- most sessions that go on enter where they did
      and (
        s.before_views = 0 or s.views = 0 or :schema.is_bounce(s.before_views, s.before_time_total) <> :schema.is_bounce(s.views, s.time_total)
        or (s.before_first_seen, s.before_entity_type, s.before_entity_id) is distinct from (s.first_seen, s.entry_entity_type, s.entry_entity_id)
      )
  ) e
  cross join lateral (select e.first_seen at time zone s.time_zone as time) local
  group by 1, 2, 3, 4
  having sum(e.sign) <> 0 or sum(e.sign * e.is_bounce::integer) <> 0;
end;

-- Store what effects say. Whoever calls this holds the lock of the settings row; collection may write rows of its own
-- meanwhile, so rows are taken in the order of their ids. Returns whether every session can be: nothing was taken away
-- that it did not have.
create or replace function :schema.store_sessions(p_sessions :schema.session_effect[]) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
set enable_nestloop = off
as $$
declare
  v_impossible boolean;
  v_empties boolean;
  v_emptied tid[];
begin
  select
    bool_or(e.views < 0 or (e.views > 0 and (e.unique_pages is null or e.entry_entity_type is null))), bool_or(e.views = 0)
  into v_impossible, v_empties
  from unnest(p_sessions) e;
  if v_impossible then
    return false;
  end if;

  insert into :schema.visitor_sessions as s (
    session_id, account_id, account_seen, first_seen, last_seen, total_views, unique_pages, time_total,
    entry_entity_type, entry_entity_id, pages
  )
  select
    e.session_id, e.account_id, e.account_seen, e.first_seen, e.last_seen, e.views, e.unique_pages, e.time_total,
    e.entry_entity_type, e.entry_entity_id, e.pages
  from unnest(p_sessions) e
  where e.views > 0
  order by e.session_id
  on conflict (session_id) do update set
    account_id = excluded.account_id, account_seen = excluded.account_seen,
    first_seen = excluded.first_seen, last_seen = excluded.last_seen,
    total_views = excluded.total_views, unique_pages = excluded.unique_pages, time_total = excluded.time_total,
    entry_entity_type = excluded.entry_entity_type, entry_entity_id = excluded.entry_entity_id, pages = excluded.pages
  where (s.total_views, s.time_total, s.unique_pages, s.first_seen, s.last_seen, s.account_seen, s.account_id)
      is distinct from (excluded.total_views, excluded.time_total, excluded.unique_pages, excluded.first_seen, excluded.last_seen, excluded.account_seen, excluded.account_id)
    or (s.entry_entity_type, s.entry_entity_id, s.pages) is distinct from (excluded.entry_entity_type, excluded.entry_entity_id, excluded.pages);

  if v_empties then
    v_emptied := array(
      select p.place
      from unnest(p_sessions) e
      cross join lateral (
        select s.ctid as place from :schema.visitor_sessions s where s.session_id = e.session_id and s.total_views <> 0 limit 1
      ) p
      where e.views = 0
    );
    delete from :schema.visitor_sessions where ctid = any (v_emptied);
  end if;
  return true;
end
$$;
