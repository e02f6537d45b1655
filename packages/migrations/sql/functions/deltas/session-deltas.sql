-- What changes do to sessions, computed without writing anything, and through them to entries and bounces.
--
-- A session has one entry, its first page view, so entries and bounces add up over entities, dates and hours. A change
-- can move the entry of its session from any entity and date to any other.
-- Which account has a session? That of its latest view with one; of views at the same instant, the greatest.

-- Which pages are new to their sessions with these changes, whose slots are held, and which are gone from them? p_days: what they do to
-- visitor-days. A page is new to a session when no other view of it is counted. The anonymous visitor that a session is says so, where no view of the
-- session had an account or a visitor_id; else page views of the time that it lasts do, less what is pending besides these changes.
-- All views of a page are of one slot, so what others fold changes nothing of it.
create or replace function :schema.pages_of_sessions(p_changes :schema.page_view_changes[], p_days :schema.visitor_day_delta[])
returns table (session_id :session_id_type, entity_type text, entity_id :entity_id_type, views integer, pages integer)
language sql stable
begin atomic
  with
  moved as (
    select
      c.session_id, c.entity_type, c.entity_id, sum(c.sign)::integer as views, min(c.viewed_at) as first_view, max(c.viewed_at) as last_view
    from unnest(p_changes) c
    where c.session_id is not null
    group by c.session_id, c.entity_type, c.entity_id
    having sum(c.sign) <> 0
  ),
  anonymous as materialized (
    select
      m.*,
      coalesce(
        d.visit_count,
        -- of whom these days say nothing, what is stored does
        (
          select coalesce(v.visit_count, 1)
          from :schema.visitor_at(m.entity_type, m.entity_id, 's', m.session_id:::visitor_id_type) v
        ),
        0
      ) as anonymous_views
    from moved m
    left join (
      select distinct d.entity_type, d.entity_id, d.visitor_id, d.visit_count from unnest(p_days) d where d.kind = 's'
    ) d on d.visitor_id = m.session_id:::visitor_id_type and d.entity_id = m.entity_id and d.entity_type = m.entity_type
    -- as in the index of page views
    order by m.session_id
  ),
  pages as materialized (
    select a.*, s.since, s.until, case when s.since is not null then v.page_views end as page_views
    from anonymous a
    left join lateral (
      select least(t.since, a.first_view) as since, greatest(t.until, a.last_view) as until
      from :schema.time_identified(a.session_id) t
      where a.anonymous_views + least(a.views, 0) <= 0
    ) s on true
    left join lateral (
      select count(*) as page_views
      from :schema.page_views_of_session_at(a.session_id, a.entity_type, a.entity_id, s.since, s.until)
      where s.since is not null
    ) v on true
  ),
  -- all that is pending besides these changes is looked through only where it may matter: what was taken away is in page views no more
  pending as (
    select q.session_id, q.entity_type, q.entity_id, q.viewed_at, q.sign
    from :schema.page_view_changes q
    where q.session_id in (
        select p.session_id from pages p
        where p.page_views > p.views or p.page_views is not null and (
          p.views < 0 or exists (select 1 from :schema.page_view_changes r where r.sign < 0 and r.session_id is not null)
        )
      )
      and q.is_group is null and q.change_id not in (select c.change_id from unnest(p_changes) c)
  ),
  not_counted as (
    select p.session_id, p.entity_type, p.entity_id, sum(q.sign) as views
    from pages p
    join pending q
      on q.session_id = p.session_id and q.entity_id = p.entity_id and q.entity_type = p.entity_type
      and q.viewed_at between p.since and p.until
    group by p.session_id, p.entity_type, p.entity_id
  )
  select p.session_id, p.entity_type, p.entity_id, p.views, (others.views + p.views > 0)::integer - (others.views > 0)::integer
  from pages p
  left join not_counted q on q.session_id = p.session_id and q.entity_id = p.entity_id and q.entity_type = p.entity_type
  cross join lateral (
    select greatest(p.anonymous_views, p.page_views - p.views - coalesce(q.views, 0), 0) as views
  ) others;
end;

-- Which views remain of these sessions? Those in page views, less what is pending besides these changes.
create or replace function :schema.remaining_of_sessions(p_session_ids :session_id_type[], p_changes :schema.page_view_changes[])
returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, viewed_at timestamptz,
  account_id :account_id_type, views bigint, time_total bigint
)
language sql stable
begin atomic
  select
    r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id, sum(r.views), coalesce(sum(r.views * r.time_on_page), 0)
  from (
    select k.session_id, v.entity_type, v.entity_id, v.owner_id, v.viewed_at, v.account_id, v.time_on_page::bigint as time_on_page, 1 as views
    from unnest(p_session_ids) k (session_id)
    cross join lateral :schema.page_views_of_session(k.session_id) v
    union all
    select q.session_id, q.entity_type, q.entity_id, q.owner_id, q.viewed_at, q.account_id, q.time_on_page, -q.sign
    from unnest(p_session_ids) k (session_id)
    join :schema.page_view_changes q on q.session_id = k.session_id
    where q.is_group is null and q.change_id not in (select c.change_id from unnest(p_changes) c)
  ) r
  group by r.session_id, r.entity_type, r.entity_id, r.owner_id, r.viewed_at, r.account_id
  having sum(r.views) > 0;
end;

-- What do these changes do to the sessions that they touch?
-- Counts follow from the changes, and so do first and last view and account while views only come; where the first or
-- the last was taken away they are read again from page views, less what is pending besides these changes. Where page
-- views are gone too, what is stored stays.
-- p_pages: which pages are new to their sessions, or gone from them (see pages_of_sessions). Without them unique_pages means nothing; entries and
-- bounces follow from the rest.
create or replace function :schema.session_deltas(p_changes :schema.page_view_changes[], p_pages :schema.session_page[] default '{}')
returns setof :schema.session_delta
language sql stable
begin atomic
  with
  -- sessions that something is taken away from: what comes and goes is set off by page and instant, and once more by account
  -- and instant, because a login moves no view
  losing as (
    select distinct c.session_id from unnest(p_changes) c where c.sign < 0 and c.session_id is not null
  ),
  changes as (
    select
      c.session_id, c.entity_type, c.entity_id, c.owner_id, c.viewed_at, c.account_id, true as of_page, true as of_account,
      1 as views, c.time_on_page::bigint as time_total, c.account_id is not null or c.visitor_id is not null as identified
    from unnest(p_changes) c
    where c.sign > 0 and c.session_id is not null and c.session_id not in (select l.session_id from losing l)
    union all
    select
      c.session_id, c.entity_type, c.entity_id, c.owner_id, c.viewed_at, null, true, false,
      sum(c.sign)::integer, sum(c.sign * c.time_on_page::bigint)::bigint,
      bool_or(c.sign > 0 and (c.account_id is not null or c.visitor_id is not null))
    from unnest(p_changes) c
    where c.sign <> 0 and c.session_id in (select l.session_id from losing l)
    group by c.session_id, c.entity_type, c.entity_id, c.owner_id, c.viewed_at
    union all
    select c.session_id, null, null, null, c.viewed_at, c.account_id, false, true, sum(c.sign)::integer, null, null
    from unnest(p_changes) c
    where c.sign <> 0 and c.session_id in (select l.session_id from losing l) and c.account_id is not null
    group by c.session_id, c.viewed_at, c.account_id
  ),
  changed as (
    select
      c.session_id,
      coalesce(sum(c.views) filter (where c.of_page), 0)::integer as views,
      coalesce(sum(c.views) filter (where c.views < 0 and c.of_page), 0)::integer as taken,
      coalesce(sum(c.time_total), 0)::bigint as time_total,
      (array_agg(
        row(c.entity_type, c.entity_id, c.owner_id):::schema.session_entry
        order by c.viewed_at, c.entity_type, c.entity_id, c.owner_id nulls first
      ) filter (where c.views > 0 and c.of_page))[1] as entry,
      min(c.viewed_at) filter (where c.views > 0 and c.of_page) as first_seen,
      max(c.viewed_at) filter (where c.views > 0 and c.of_page) as last_seen,
      (array_agg(c.account_id order by c.viewed_at desc, c.account_id desc)
        filter (where c.views > 0 and c.of_account and c.account_id is not null))[1] as account_id,
      max(c.viewed_at) filter (where c.views > 0 and c.of_account and c.account_id is not null) as account_seen,
      min(c.viewed_at) filter (where c.views < 0 and c.of_page) as first_lost,
      max(c.viewed_at) filter (where c.views < 0 and c.of_page) as last_lost,
      max(c.viewed_at) filter (where c.views < 0 and c.of_account) as account_lost,
      bool_or(c.identified) as identified
    from changes c
    group by c.session_id
    -- a view that comes and goes, untimed, leaves nothing behind
    having bool_or(c.views <> 0 or c.time_total <> 0 or c.identified)
  ),
  after as (
    select
      c.*,
      coalesce(s.total_views, 0) as stored_views, coalesce(s.time_total, 0) as stored_time_total,
      coalesce(s.unique_pages, 0) as stored_pages, s.first_seen_at as stored_first_seen, s.last_seen_at as stored_last_seen,
      s.entry_entity_type as stored_entity_type, s.entry_entity_id as stored_entity_id, s.entry_owner_id as stored_owner_id,
      s.account_id as stored_account_id, s.account_seen_at as stored_account_seen,
      lost.first_lost as loses_first, lost.last_lost as loses_last, lost.account_lost as loses_account,
      coalesce(s.total_views, 0) + c.views > 0 and (lost.first_lost or lost.last_lost or lost.account_lost) as reads_again
    from changed c
    left join lateral :schema.session_at(c.session_id) s on true
    cross join lateral (
      select
        coalesce(c.first_lost <= s.first_seen_at and (c.first_seen < s.first_seen_at) is not true, false) as first_lost,
        coalesce(c.last_lost >= s.last_seen_at and (c.last_seen >= s.last_seen_at) is not true, false) as last_lost,
        coalesce(c.account_lost >= s.account_seen_at and (c.account_seen > s.account_seen_at) is not true, false) as account_lost
    ) lost
  ),
  pages as (
    select p.session_id, sum(p.pages)::integer as pages, (count(*) filter (where p.views > 0))::integer as pages_viewed
    from unnest(p_pages) p
    group by p.session_id
  ),
  -- the views that remain of the sessions that are read again: in page views, less pending elsewhere
  remaining as (
    select r.*
    from (select array(select a.session_id from after a where a.reads_again) as session_ids) l
    cross join lateral :schema.remaining_of_sessions(l.session_ids, p_changes) r
    where l.session_ids <> '{}'
  ),
  again as (
    select
      r.session_id, sum(r.views) as views,
      (array_agg(
        row(r.entity_type, r.entity_id, r.owner_id):::schema.session_entry
        order by r.viewed_at, r.entity_type, r.entity_id, r.owner_id nulls first
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
      (a.entry).entity_type is not null and (a.stored_first_seen is null or a.stored_views = 0
        or (a.first_seen, (a.entry).entity_type, (a.entry).entity_id, coalesce((a.entry).owner_id, :no_entity))
          < (a.stored_first_seen, a.stored_entity_type, a.stored_entity_id, coalesce(a.stored_owner_id, :no_entity))) as enters_earlier,
      a.stored_account_seen is null or a.account_seen > a.stored_account_seen
        or (a.account_seen = a.stored_account_seen and a.account_id > a.stored_account_id)
        as has_later_account
    from after a
  )
  select
    c.session_id,
    case when c.stored_views > 0 then row(
      c.stored_views, c.stored_time_total, c.stored_pages, c.stored_first_seen, c.stored_last_seen,
      c.stored_account_id, c.stored_account_seen, c.stored_entity_type, c.stored_entity_id, c.stored_owner_id
    ):::schema.session_state end,
    row(
      -- a view that comes cannot stand in for one that is taken away and had never been counted
      case when c.stored_views + c.taken < 0 then c.stored_views + c.taken else c.stored_views + c.views end,
      c.stored_time_total + c.time_total,
      -- to a session of which nothing is counted every page is new, whatever page views have past capture
      case when c.stored_views > 0 then c.stored_pages + coalesce(p.pages, 0) else coalesce(p.pages_viewed, 0) end,
      case when first.is_known then g.first_seen else least(c.stored_first_seen, c.first_seen) end,
      case when g.session_id is not null and c.loses_last then g.last_seen else greatest(c.stored_last_seen, c.last_seen) end,
      case
        when g.session_id is not null and c.loses_account then g.account_id
        when c.has_later_account then c.account_id
        else c.stored_account_id
      end,
      case when g.session_id is not null and c.loses_account then g.account_seen else greatest(c.stored_account_seen, c.account_seen) end,
      case
        when first.is_known then (g.entry).entity_type
        when c.enters_earlier then (c.entry).entity_type
        else c.stored_entity_type
      end,
      case
        when first.is_known then (g.entry).entity_id
        when c.enters_earlier then (c.entry).entity_id
        else c.stored_entity_id
      end,
      case
        when first.is_known then (g.entry).owner_id
        when c.enters_earlier then (c.entry).owner_id
        else c.stored_owner_id
      end
    ):::schema.session_state,
    c.identified
  from compared c
  left join pages p on p.session_id = c.session_id
  left join again g on g.session_id = c.session_id and c.reads_again
  -- where some are gone, an earlier one may be among those
  cross join lateral (
    select c.loses_first and coalesce(g.views = c.stored_views + c.views, false) as is_known
  ) first;
end;

-- Which entries come (1) and go (-1) with what happens to sessions?
create or replace function :schema.moved_entries(p_sessions :schema.session_delta[]) returns table (
  entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, first_seen timestamptz, is_bounce boolean, sign integer
)
language sql stable
begin atomic
  select
    (x.state).entry_entity_type, (x.state).entry_entity_id, (x.state).entry_owner_id, (x.state).first_seen,
    :schema.is_bounce((x.state).views, (x.state).time_total), x.sign
  from unnest(p_sessions) s
  cross join generate_series(-1, 1, 2) g (sign)
  cross join lateral (select case when g.sign > 0 then s.after else s.before end as state, g.sign) x
  where (x.state).views > 0
    -- most sessions that go on enter where they did
    and (
      (s.before).views is null or (s.after).views <= 0
      or :schema.is_bounce((s.before).views, (s.before).time_total) <> :schema.is_bounce((s.after).views, (s.after).time_total)
      or ((s.before).first_seen, (s.before).entry_entity_type, (s.before).entry_entity_id, (s.before).entry_owner_id)
        is distinct from ((s.after).first_seen, (s.after).entry_entity_type, (s.after).entry_entity_id, (s.after).entry_owner_id)
    );
end;

-- What does that do to the entries and bounces of dates and hours?
create or replace function :schema.entry_deltas(p_sessions :schema.session_delta[]) returns setof :schema.entry_delta
language sql stable
begin atomic
  select
    e.entity_type, e.entity_id, local.time::date, extract(hour from local.time)::smallint,
    sum(e.sign)::integer, sum(e.sign * e.is_bounce::integer)::integer
  from :schema.reporting_zone() z
  cross join :schema.moved_entries(p_sessions) e
  cross join lateral (select e.first_seen at time zone z.time_zone as time) local
  group by 1, 2, 3, 4
  having sum(e.sign) <> 0 or sum(e.sign * e.is_bounce::integer) <> 0;
end;

-- And to those of groups? A session has one entry, so a group's are those of what belongs to it.
create or replace function :schema.entries_of_groups(p_sessions :schema.session_delta[]) returns :schema.entry_delta[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  -- as an argument of groups_of it would be asked again for each session
  v_levels text[] := :schema.captured_levels();
begin
  if v_levels = '{}' then
    return '{}';
  end if;
  return array(
    select row(
      g.entity_type, g.entity_id, local.time::date, extract(hour from local.time)::smallint,
      sum(e.sign)::integer, sum(e.sign * e.is_bounce::integer)::integer
    ):::schema.entry_delta
    from :schema.reporting_zone() z
    cross join :schema.moved_entries(p_sessions) e
    cross join lateral :schema.groups_of(e.entity_type, e.owner_id, v_levels) g
    cross join lateral (select e.first_seen at time zone z.time_zone as time) local
    group by g.entity_type, g.entity_id, local.time::date, extract(hour from local.time)
    having sum(e.sign) <> 0 or sum(e.sign * e.is_bounce::integer) <> 0
  );
end
$$;

-- All that is to be stored of it: of groups, what the rollups hold.
create or replace function :schema.entries_of_sessions(p_sessions :schema.session_delta[]) returns :schema.entry_delta[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(select e from :schema.entry_deltas(p_sessions) e) || :schema.kept_entries(:schema.entries_of_groups(p_sessions));
end
$$;
