-- What changes do to sessions, computed without writing anything, and through them to entries and bounces.
--
-- A session has one entry, its first page view, so entries and bounces add up over entities, dates and hours. A change
-- can move the entry of its session from any entity and date to any other.
-- Which account has a session? That of its latest view with one; of views at the same instant, the greatest.

-- What do these changes do to the sessions that they touch?
-- Counts follow from the changes, and so do first and last view and account while views only come; where the first or
-- the last was taken away they are read again from page views, less what is pending besides these changes. Where page
-- views are gone too, what is stored stays.
-- A page is new to a session when no other view of it is known: from the visitor of the entity that an anonymous session is,
-- and from page views. Without p_with_pages, unique_pages means nothing: entries and bounces follow from the rest.
create or replace function :schema.session_deltas(p_changes :schema.page_view_changes[], p_with_pages boolean default true)
returns setof :schema.session_delta
language sql stable
begin atomic
  with
  -- by page and instant, and once more by account and instant: a login moves no view
  changes as (
    select
      c.session_id, c.entity_type, c.entity_id, c.viewed_at, null:::account_id_type as account_id, false as of_account,
      sum(c.sign)::integer as views, coalesce(sum(c.sign * c.time_on_page::bigint), 0)::bigint as time_total
    from unnest(p_changes) c
    where c.sign <> 0 and c.session_id is not null
    group by c.session_id, c.entity_type, c.entity_id, c.viewed_at
    union all
    select c.session_id, null, null, c.viewed_at, c.account_id, true, sum(c.sign)::integer, 0
    from unnest(p_changes) c
    where c.sign <> 0 and c.session_id is not null and c.account_id is not null
    group by c.session_id, c.viewed_at, c.account_id
  ),
  changed as (
    select
      c.session_id,
      coalesce(sum(c.views) filter (where not c.of_account), 0)::integer as views,
      sum(c.time_total)::bigint as time_total,
      bool_or(c.views <> 0 and not c.of_account) as moves_pages,
      (array_agg(
        row(c.entity_type, c.entity_id):::schema.entity_key
        order by c.viewed_at, c.entity_type, c.entity_id
      ) filter (where c.views > 0 and not c.of_account))[1] as entry,
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
      c.*,
      coalesce(s.total_views, 0) as stored_views, coalesce(s.time_total, 0) as stored_time_total,
      coalesce(s.unique_pages, 0) as stored_pages, s.first_seen_at as stored_first_seen, s.last_seen_at as stored_last_seen,
      s.entry_entity_type as stored_entity_type, s.entry_entity_id as stored_entity_id,
      s.account_id as stored_account_id, s.account_seen_at as stored_account_seen,
      coalesce(s.total_views, 0) + c.views > 0 and (
        coalesce(c.first_lost <= s.first_seen_at and (c.first_seen < s.first_seen_at) is not true, false)
        or coalesce(c.last_lost >= s.last_seen_at and (c.last_seen >= s.last_seen_at) is not true, false)
        or coalesce(c.account_lost >= s.account_seen_at and (c.account_seen > s.account_seen_at) is not true, false)
      ) as reads_again
    from changed c
    left join lateral :schema.session_at(c.session_id) s on true
  ),
  -- the pages that views came to or went from, where the session is not new: how many views of the page has the anonymous
  -- visitor that it is, and how many are there in page views?
  pages as materialized (
    select p.*, case when p.anonymous_views + least(p.views, 0) > 0 then null else
      :schema.page_views_of_session_at(p.session_id, p.entity_type, p.entity_id)
    end as page_views,
    exists (
      select 1 from :schema.page_view_changes q
      where q.sign < 0 and q.session_id = p.session_id and q.entity_id = p.entity_id and q.entity_type = p.entity_type
        and q.change_id not in (select c.change_id from unnest(p_changes) c)
    ) or exists (select 1 from :schema.session_changes) as may_hide_others
    from (
      select
        c.session_id, c.entity_type, c.entity_id, c.views,
        case when c.stored_views > 0 then coalesce(v.views, 0) - coalesce(w.views, 0) else 0 end as anonymous_views,
        c.stored_views = 0 as is_new
      from (
        select c.session_id, c.entity_type, c.entity_id, sum(c.views)::integer as views, max(a.stored_views) as stored_views
        from after a
        join changes c on c.session_id = a.session_id
        where p_with_pages and a.moves_pages and not c.of_account and c.views <> 0
        group by c.session_id, c.entity_type, c.entity_id
      ) c
      left join lateral (
        select coalesce(v.visit_count, 1) as views
        from :schema.visitor_at(c.entity_type, c.entity_id, 's', c.session_id:::visitor_id_type) v
        where c.stored_views > 0
      ) v on true
      left join (
        select q.session_id, q.entity_type, q.entity_id, sum(q.sign) as views
        from :schema.session_changes q
        where q.account_id is null
        group by q.session_id, q.entity_type, q.entity_id
      ) w on w.session_id = c.session_id and w.entity_id = c.entity_id and w.entity_type = c.entity_type
    ) p
    where not p.is_new or p.views > 0
  ),
  -- what is pending besides these changes is asked only where that leaves open whether there are others: more page views, or
  -- some that were taken away and are still counted
  pending as (
    select q.session_id, q.entity_type, q.entity_id, sum(q.sign) as views
    from (
      select q.change_id, q.session_id, q.entity_type, q.entity_id, q.sign from :schema.page_view_changes q
      union all
      select q.change_id, q.session_id, q.entity_type, q.entity_id, q.sign from :schema.session_changes q
    ) q
    where exists (select 1 from pages p where not p.is_new and (p.page_views > p.views or p.views < 0 or p.may_hide_others))
      and q.change_id not in (select c.change_id from unnest(p_changes) c)
    group by q.session_id, q.entity_type, q.entity_id
  ),
  new_pages as (
    select p.session_id, sum((others.views + p.views > 0)::integer - (others.views > 0)::integer)::integer as pages
    from pages p
    left join pending q on q.session_id = p.session_id and q.entity_id = p.entity_id and q.entity_type = p.entity_type
    cross join lateral (
      select case
        when p.is_new then 0
        else greatest(p.anonymous_views, p.page_views - p.views - coalesce(q.views, 0), 0)
      end as views
    ) others
    group by p.session_id
  ),
  -- the views that remain of the sessions that are read again: in page views, less pending elsewhere
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
      join (
        select q.change_id, q.session_id, q.entity_type, q.entity_id, q.viewed_at, q.account_id, q.sign
        from :schema.page_view_changes q
        union all
        select q.change_id, q.session_id, q.entity_type, q.entity_id, q.viewed_at, q.account_id, q.sign
        from :schema.session_changes q
      ) q on q.session_id = a.session_id
      where a.reads_again and exists (select 1 from after o where o.reads_again) and q.change_id not in (select c.change_id from unnest(p_changes) c)
    ) r
    group by 1, 2, 3, 4, 5
    having sum(r.views) > 0
  ),
  again as (
    select
      r.session_id,
      (array_agg(row(r.entity_type, r.entity_id):::schema.entity_key order by r.viewed_at, r.entity_type, r.entity_id))[1] as entry,
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
      a.entry is not null and (a.stored_first_seen is null or a.stored_views = 0
        or (a.first_seen, (a.entry).entity_type, (a.entry).entity_id)
          < (a.stored_first_seen, a.stored_entity_type, a.stored_entity_id)) as enters_earlier,
      a.stored_account_seen is null or a.account_seen > a.stored_account_seen
        or (a.account_seen = a.stored_account_seen and a.account_id > a.stored_account_id)
        as has_later_account
    from after a
  )
  select
    c.session_id,
    case when c.stored_views > 0 then row(
      c.stored_views, c.stored_time_total, c.stored_pages, c.stored_first_seen, c.stored_last_seen,
      c.stored_account_id, c.stored_account_seen, c.stored_entity_type, c.stored_entity_id
    ):::schema.session_state end,
    row(
      c.stored_views + c.views, c.stored_time_total + c.time_total, c.stored_pages + coalesce(p.pages, 0),
      case when g.session_id is not null then g.first_seen else least(c.stored_first_seen, c.first_seen) end,
      case when g.session_id is not null then g.last_seen else greatest(c.stored_last_seen, c.last_seen) end,
      case when g.session_id is not null then g.account_id when c.has_later_account then c.account_id else c.stored_account_id end,
      case when g.session_id is not null then g.account_seen else greatest(c.stored_account_seen, c.account_seen) end,
      case
        when g.session_id is not null then (g.entry).entity_type
        when c.enters_earlier then (c.entry).entity_type
        else c.stored_entity_type
      end,
      case
        when g.session_id is not null then (g.entry).entity_id
        when c.enters_earlier then (c.entry).entity_id
        else c.stored_entity_id
      end
    ):::schema.session_state
  from compared c
  left join new_pages p on p.session_id = c.session_id
  left join again g on g.session_id = c.session_id and c.reads_again;
end;

-- What does that do to the entries and bounces of dates and hours?
create or replace function :schema.entry_deltas(p_sessions :schema.session_delta[]) returns setof :schema.entry_delta
language sql stable
begin atomic
  select
    e.entity_type, e.entity_id, local.time::date, extract(hour from local.time)::smallint,
    sum(e.sign)::integer, sum(e.sign * e.is_bounce::integer)::integer
  from :schema.analytics_settings z
  cross join (
    select
      (x.state).entry_entity_type as entity_type, (x.state).entry_entity_id as entity_id, (x.state).first_seen as first_seen,
      :schema.is_bounce((x.state).views, (x.state).time_total) as is_bounce, x.sign
    from unnest(p_sessions) s
    cross join lateral (values (s.before, -1), (s.after, 1)) x (state, sign)
    where (x.state).views > 0
      -- most sessions that go on enter where they did
      and (
        (s.before).views is null or (s.after).views <= 0
        or :schema.is_bounce((s.before).views, (s.before).time_total) <> :schema.is_bounce((s.after).views, (s.after).time_total)
        or ((s.before).first_seen, (s.before).entry_entity_type, (s.before).entry_entity_id)
          is distinct from ((s.after).first_seen, (s.after).entry_entity_type, (s.after).entry_entity_id)
      )
  ) e
  cross join lateral (select e.first_seen at time zone z.time_zone as time) local
  group by 1, 2, 3, 4
  having sum(e.sign) <> 0 or sum(e.sign * e.is_bounce::integer) <> 0;
end;
