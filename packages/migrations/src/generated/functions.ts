// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
import type { SqlFunction } from "../sql-source/sql-source.ts";

export const functions: readonly SqlFunction[] = [
  {
    name: "view_count_effects",
    file: "functions/deltas/rollup-effects.sql",
    line: 1,
    sql: `-- What that does to the rollups: differences, to be added to what is stored.

-- How do these changes add to the sums of their dates and hours?
create or replace function :schema.view_count_effects(p_changes :schema.page_view_changes[])
returns setof :schema.view_count_effect
language sql stable
begin atomic
  select
    c.entity_type, c.entity_id, local.time::date, extract(hour from local.time)::smallint,
    sum(c.sign)::integer,
    coalesce(sum(c.sign) filter (where c.time_on_page is not null), 0)::integer,
    coalesce(sum(c.sign * c.time_on_page), 0)::bigint,
    0, 0
  from :schema.analytics_settings s
  cross join unnest(p_changes) c
  cross join lateral (select c.viewed_at at time zone s.time_zone as time) local
  group by 1, 2, 3, 4;
end;`,
  },
  {
    name: "is_first_in",
    file: "functions/deltas/rollup-effects.sql",
    line: 20,
    sql: `-- Is this visitor-day the visitor's first in its week, month, quarter or year?
create or replace function :schema.is_first_in(p_period text, p_date date, p_prev_date date) returns boolean
language sql immutable
begin atomic
  select p_prev_date is null or p_prev_date < date_trunc(p_period, p_date::timestamp)::date;
end;`,
  },
  {
    name: "aggregate_effects",
    file: "functions/deltas/rollup-effects.sql",
    line: 27,
    sql: `-- What do they do to the rows of dates and hours?
-- The rows of dates in p_replaced were removed beforehand: what was counted there before no longer matters.
create or replace function :schema.aggregate_effects(
  p_counts :schema.view_count_effect[], p_days :schema.visitor_day_effect[], p_replaced daterange default 'empty'
) returns table (
  entity_type text, entity_id :entity_id_type, date date, hour smallint,
  total_views integer, timed_views integer, time_total bigint, entries integer, bounces integer, unique_visitors integer, unique_accounts integer,
  new_visitors integer, new_accounts integer,
  visitors_first_in_week integer, accounts_first_in_week integer,
  visitors_first_in_month integer, accounts_first_in_month integer,
  visitors_first_in_quarter integer, accounts_first_in_quarter integer,
  visitors_first_in_year integer, accounts_first_in_year integer
)
language sql stable
begin atomic
  with
  states as (
    select d.entity_type, d.entity_id, d.is_account, d.date, d.prev_date, d.hours_seen, 1 as sign
    from unnest(p_days) d
    where d.views > 0
      and (d.before_views = 0 or d.before_prev_date is distinct from d.prev_date
        or d.before_hours_seen <> d.hours_seen or p_replaced @> d.date)
    union all
    select d.entity_type, d.entity_id, d.is_account, d.date, d.before_prev_date, d.before_hours_seen, -1
    from unnest(p_days) d
    where d.before_views > 0 and not p_replaced @> d.date
      and (d.views = 0 or d.before_prev_date is distinct from d.prev_date or d.before_hours_seen <> d.hours_seen)
  ),
  days as (
    select
      c.entity_type, c.entity_id, c.date, c.views, c.timed_views, c.time_total, c.entries, c.bounces,
      0 as visitors, 0 as accounts, 0 as new, 0 as new_accounts,
      0 as week, 0 as week_accounts, 0 as month, 0 as month_accounts,
      0 as quarter, 0 as quarter_accounts, 0 as year, 0 as year_accounts
    from unnest(p_counts) c
    union all
    select
      s.entity_type, s.entity_id, s.date, 0, 0, 0, 0, 0,
      s.sign, s.sign * s.is_account::integer,
      s.sign * first.ever, s.sign * first.ever * s.is_account::integer,
      s.sign * first.week, s.sign * first.week * s.is_account::integer,
      s.sign * first.month, s.sign * first.month * s.is_account::integer,
      s.sign * first.quarter, s.sign * first.quarter * s.is_account::integer,
      s.sign * first.year, s.sign * first.year * s.is_account::integer
    from states s
    cross join lateral (
      select
        (s.prev_date is null)::integer as ever,
        :schema.is_first_in('week', s.date, s.prev_date)::integer as week,
        :schema.is_first_in('month', s.date, s.prev_date)::integer as month,
        :schema.is_first_in('quarter', s.date, s.prev_date)::integer as quarter,
        :schema.is_first_in('year', s.date, s.prev_date)::integer as year
    ) first
  ),
  hours as (
    select
      c.entity_type, c.entity_id, c.date, c.hour, c.views, c.timed_views, c.time_total, c.entries, c.bounces,
      0 as visitors, 0 as accounts
    from unnest(p_counts) c
    union all
    -- most were seen in one hour: the number of the bits below its own
    select
      s.entity_type, s.entity_id, s.date, bit_count((s.hours_seen - 1)::bit(24))::smallint, 0, 0, 0, 0, 0,
      s.sign, s.sign * s.is_account::integer
    from states s
    where s.hours_seen & (s.hours_seen - 1) = 0
    union all
    select
      s.entity_type, s.entity_id, s.date, h.hour::smallint, 0, 0, 0, 0, 0, s.sign, s.sign * s.is_account::integer
    from states s
    cross join lateral generate_series(0, 23) h (hour)
    where s.hours_seen & (s.hours_seen - 1) > 0 and s.hours_seen & (1 << h.hour) > 0
  )
  select
    d.entity_type, d.entity_id, d.date, null::smallint,
    sum(d.views)::integer, sum(d.timed_views)::integer, sum(d.time_total)::bigint,
    sum(d.entries)::integer, sum(d.bounces)::integer, sum(d.visitors)::integer, sum(d.accounts)::integer,
    sum(d.new)::integer, sum(d.new_accounts)::integer,
    sum(d.week)::integer, sum(d.week_accounts)::integer, sum(d.month)::integer, sum(d.month_accounts)::integer,
    sum(d.quarter)::integer, sum(d.quarter_accounts)::integer, sum(d.year)::integer, sum(d.year_accounts)::integer
  from days d
  group by d.entity_id, d.date, d.entity_type
  having (
    sum(d.views), sum(d.timed_views), sum(d.time_total), sum(d.entries), sum(d.bounces), sum(d.visitors), sum(d.accounts),
    sum(d.new), sum(d.new_accounts), sum(d.week), sum(d.week_accounts), sum(d.month), sum(d.month_accounts),
    sum(d.quarter), sum(d.quarter_accounts), sum(d.year), sum(d.year_accounts)
  ) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  union all
  select
    h.entity_type, h.entity_id, h.date, h.hour,
    sum(h.views)::integer, sum(h.timed_views)::integer, sum(h.time_total)::bigint,
    sum(h.entries)::integer, sum(h.bounces)::integer, sum(h.visitors)::integer, sum(h.accounts)::integer,
    null, null, null, null, null, null, null, null, null, null
  from hours h
  group by h.entity_id, h.date, h.hour, h.entity_type
  having (
    sum(h.views), sum(h.timed_views), sum(h.time_total), sum(h.entries), sum(h.bounces), sum(h.visitors), sum(h.accounts)
  ) <> (0, 0, 0, 0, 0, 0, 0);
end;`,
  },
  {
    name: "return_effects",
    file: "functions/deltas/rollup-effects.sql",
    line: 127,
    sql: `-- What do they do to the returns? For p_replaced see aggregate_effects.
create or replace function :schema.return_effects(p_days :schema.visitor_day_effect[], p_replaced daterange default 'empty')
returns table (entity_type text, entity_id :entity_id_type, date date, prev_date date, visitors integer, accounts integer)
language sql stable
begin atomic
  select
    s.entity_type, s.entity_id, s.date, s.prev_date,
    sum(s.sign)::integer, sum(s.sign * s.is_account::integer)::integer
  from (
    select d.entity_type, d.entity_id, d.is_account, d.date, d.prev_date, 1 as sign
    from unnest(p_days) d
    where d.views > 0
    union all
    select d.entity_type, d.entity_id, d.is_account, d.date, d.before_prev_date, -1
    from unnest(p_days) d
    where d.before_views > 0 and not p_replaced @> d.date
  ) s
  where s.prev_date is not null
  group by s.entity_type, s.entity_id, s.date, s.prev_date
  having sum(s.sign) <> 0 or sum(s.sign * s.is_account::integer) <> 0;
end;`,
  },
  {
    name: "week_of",
    file: "functions/deltas/rollup-effects.sql",
    line: 149,
    sql: `-- On which Monday did the week of this date begin?
create or replace function :schema.week_of(p_date date) returns date
language sql immutable
begin atomic
  select date_trunc('week', p_date::timestamp)::date;
end;`,
  },
  {
    name: "last_week_of",
    file: "functions/deltas/rollup-effects.sql",
    line: 156,
    sql: `-- And the last week that has a date of this range?
create or replace function :schema.last_week_of(p_dates daterange) returns date
language sql immutable
begin atomic
  select :schema.week_of(case when upper_inc(p_dates) then upper(p_dates) else upper(p_dates) - 1 end);
end;`,
  },
  {
    name: "visitor_effects",
    file: "functions/deltas/rollup-effects.sql",
    line: 163,
    sql: `-- What do they do to the visitors? Counts are differences; first_visit and last_visit are what they are now,
-- NULL when nothing is left. A visitor is new when no visit of it was known to be stored.
create or replace function :schema.visitor_effects(p_days :schema.visitor_day_effect[])
returns table (
  entity_type text, entity_id :entity_id_type, is_account boolean, visitor_id :visitor_id_type,
  visit_count integer, days_visited integer, timed_views integer, time_total bigint,
  first_visit timestamptz, last_visit timestamptz, is_new boolean
)
language sql stable
begin atomic
  select
    d.entity_type, d.entity_id, d.is_account, d.visitor_id,
    sum(d.views - d.before_views)::integer,
    sum((d.views > 0)::integer - (d.before_views > 0)::integer)::integer,
    sum(d.timed_views - d.before_timed_views)::integer,
    sum(d.time_total - d.before_time_total)::bigint,
    -- when the first stored visit is among what is known here, all that can replace it is known too
    case
      when bool_or(d.before_first_view = d.visitor_first_visit) then min(d.first_view) filter (where d.views > 0)
      else least(min(d.visitor_first_visit), min(d.first_view) filter (where d.views > 0))
    end,
    case
      when bool_or(d.before_last_view = d.visitor_last_visit) then max(d.last_view) filter (where d.views > 0)
      else greatest(max(d.visitor_last_visit), max(d.last_view) filter (where d.views > 0))
    end,
    max(d.visitor_last_visit) is null
  from unnest(p_days) d
  group by d.visitor_id, d.entity_id, d.is_account, d.entity_type
  having bool_or(
    (d.before_views, d.before_timed_views, d.before_time_total, d.before_first_view, d.before_last_view)
      is distinct from (d.views, d.timed_views, d.time_total, d.first_view, d.last_view)
  );
end;`,
  },
  {
    name: "session_at",
    file: "functions/lookups/lookups.sql",
    line: 240,
    sql: `-- What is stored of this session? The limit keeps this a single probe wherever it is inlined.
create or replace function :schema.session_at(p_session_id :session_id_type) returns setof :schema.visitor_sessions
language sql stable
begin atomic
  select s.* from :schema.visitor_sessions s where s.session_id = p_session_id limit 1;
end;`,
  },
  {
    name: "is_counted",
    file: "functions/lookups/lookups.sql",
    line: 164,
    sql: `-- Does this view belong to an entity and a date? One without entity_type or viewed_at does not, and neither does
-- one outside the years 1 to 9999: infinity has no date.
create or replace function :schema.is_counted(p_entity_type text, p_viewed_at timestamptz) returns boolean
language sql immutable
begin atomic
  select p_entity_type is not null
    and p_viewed_at >= timestamptz '0001-01-02 00:00:00+00' and p_viewed_at < timestamptz '9999-12-31 00:00:00+00';
end;`,
  },
  {
    name: "page_views_of_session",
    file: "functions/lookups/lookups.sql",
    line: 247,
    sql: `-- Which page views has this session?
create or replace function :schema.page_views_of_session(p_session_id :session_id_type) returns table (
  entity_type text, entity_id :entity_id_type, viewed_at timestamptz, account_id :account_id_type, time_on_page bigint
)
language sql stable
begin atomic
  select pv.entity_type, pv.entity_id, pv.viewed_at, pv.account_id, pv.time_on_page
  from :page_views pv
  where pv.session_id = p_session_id and :schema.is_counted(pv.entity_type, pv.viewed_at)
  offset 0;
end;`,
  },
  {
    name: "session_effects",
    file: "functions/deltas/session-effects.sql",
    line: 1,
    sql: `-- What changes do to sessions, computed without writing anything, and through them to entries and bounces.
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
end;`,
  },
  {
    name: "is_bounce",
    file: "functions/deltas/session-effects.sql",
    line: 187,
    sql: `-- Does a session with these views and this time on them count as a bounce?
create or replace function :schema.is_bounce(p_views integer, p_time_total bigint) returns boolean
language sql immutable
begin atomic
  select p_views = 1 and p_time_total < 10;
end;`,
  },
  {
    name: "entry_effects",
    file: "functions/deltas/session-effects.sql",
    line: 194,
    sql: `-- What does that do to the entries and bounces of dates and hours?
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
end;`,
  },
  {
    name: "store_sessions",
    file: "functions/deltas/session-effects.sql",
    line: 221,
    sql: `-- Store what effects say. Whoever calls this holds the lock of the settings row; collection may write rows of its own
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
$$;`,
  },
  {
    name: "visitor_at",
    file: "functions/lookups/lookups.sql",
    line: 22,
    sql: `-- Which row keeps this visitor of the entity?
create or replace function :schema.visitor_at(
  p_entity_type text, p_entity_id :entity_id_type, p_is_account boolean, p_visitor_id :visitor_id_type
) returns setof :schema.analytics_visitors
language sql stable
begin atomic
  select v.* from :schema.analytics_visitors v
  where v.entity_type = p_entity_type and v.entity_id = p_entity_id
    and v.visitor_id = p_visitor_id and v.is_account = p_is_account
  union all
  select v.* from :schema.analytics_visitors v
  where p_entity_id is null and v.entity_type = p_entity_type and v.entity_id is null
    and v.visitor_id = p_visitor_id and v.is_account = p_is_account;
end;`,
  },
  {
    name: "visitor_day_at",
    file: "functions/lookups/lookups.sql",
    line: 1,
    sql: `-- Look-ups of what belongs to an entity, to one of its visitors or to a session: the one place where a NULL entity is
-- looked for.
--
-- Of an entity, each is two index scans of which one is never run, for "= NULL" finds nothing. They are inlined into
-- the statements that use them.

-- Which row keeps this visitor-day?
create or replace function :schema.visitor_day_at(
  p_entity_type text, p_entity_id :entity_id_type, p_is_account boolean, p_visitor_id :visitor_id_type, p_date date
) returns setof :schema.analytics_visitor_days
language sql stable
begin atomic
  select d.* from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id
    and d.date = p_date and d.visitor_id = p_visitor_id and d.is_account = p_is_account
  union all
  select d.* from :schema.analytics_visitor_days d
  where p_entity_id is null and d.entity_type = p_entity_type and d.entity_id is null
    and d.date = p_date and d.visitor_id = p_visitor_id and d.is_account = p_is_account;
end;`,
  },
  {
    name: "link_visitor_days",
    file: "functions/deltas/visitor-day-effects.sql",
    line: 1,
    sql: `-- What changes do to visitor-days, computed without writing anything. With rollup-effects.sql it is the one definition that folding
-- stores and that a live read adds to its answer.
--
--   page_view_changes[] --> visitor_day_effects --> link_visitor_days --> the rollups' differences
--
-- Grouping, windows and single probes, where a NULL entity groups and partitions like any other. Sets are joined by what is
-- never NULL, and the rest is compared afterwards.

-- Given visitor-days with their views before and after: which is now the nearest earlier day of each?
-- A day that appears or disappears moves its own link and that of the day that follows it. The days from the
-- visitor's last one back to the first that can be concerned are walked along prev_date; whatever was read
-- on the way is returned as well, so that a visitor's first and last visit can be told from the result alone.
-- With p_relink_from nothing is walked and no link trusted: whoever gives it has put each visitor's nearest days
-- before and after among the days, and every link from that date on is made anew. Only then are first and last visits
-- looked up here; without it they are told.
create or replace function :schema.link_visitor_days(p_days :schema.visitor_day_effect[], p_relink_from date default null)
returns setof :schema.visitor_day_effect
language sql stable
begin atomic
  with recursive
  touched as (
    select
      d.*,
      (coalesce(v.last_visit, d.visitor_last_visit) at time zone s.time_zone)::date as last_date,
      coalesce(v.first_visit, d.visitor_first_visit) as stored_first_visit,
      coalesce(v.last_visit, d.visitor_last_visit) as stored_last_visit,
      least(p_relink_from, min(d.date) filter (where (d.views > 0) <> (d.before_views > 0)) over visitor) as relink_from,
      bool_or(d.views = 0 and d.before_views > 0) over visitor as loses_day,
      array_agg(d.date) over visitor as touched_dates,
      row_number() over visitor as nth
    from :schema.analytics_settings s
    cross join unnest(p_days) d
    left join lateral :schema.visitor_at(d.entity_type, d.entity_id, d.is_account, d.visitor_id) v
      on p_relink_from is not null
    window visitor as (partition by d.entity_type, d.entity_id, d.is_account, d.visitor_id)
  ),
  walked as (
    select
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date, d.prev_date,
      d.views, d.timed_views, d.hours_seen, d.time_total, d.first_view, d.last_view,
      t.last_date, t.stored_first_visit, t.stored_last_visit, t.relink_from, t.loses_day, t.touched_dates
    from touched t
    cross join lateral :schema.visitor_day_at(t.entity_type, t.entity_id, t.is_account, t.visitor_id, t.last_date) d
    where p_relink_from is null and t.nth = 1 and (t.last_date >= t.relink_from or t.loses_day)
    union all
    select
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date, d.prev_date,
      d.views, d.timed_views, d.hours_seen, d.time_total, d.first_view, d.last_view,
      w.last_date, w.stored_first_visit, w.stored_last_visit, w.relink_from, w.loses_day, w.touched_dates
    from walked w
    cross join lateral :schema.visitor_day_at(w.entity_type, w.entity_id, w.is_account, w.visitor_id, w.prev_date) d
    where w.prev_date >= w.relink_from or (w.loses_day and w.date >= w.relink_from)
  ),
  known as (
    select
      t.entity_type, t.entity_id, t.is_account, t.visitor_id, t.date,
      t.before_views, t.before_timed_views, t.before_hours_seen, t.before_time_total,
      t.before_first_view, t.before_last_view, t.before_prev_date,
      t.views, t.timed_views, t.hours_seen, t.time_total, t.first_view, t.last_view,
      t.last_date, t.stored_first_visit, t.stored_last_visit, t.relink_from
    from touched t
    union all
    select
      w.entity_type, w.entity_id, w.is_account, w.visitor_id, w.date,
      w.views, w.timed_views, w.hours_seen, w.time_total, w.first_view, w.last_view, w.prev_date,
      w.views, w.timed_views, w.hours_seen, w.time_total, w.first_view, w.last_view,
      w.last_date, w.stored_first_visit, w.stored_last_visit, w.relink_from
    from walked w
    where w.date <> all (w.touched_dates)
  )
  select
    k.entity_type, k.entity_id, k.is_account, k.visitor_id, k.date,
    k.before_views, k.before_timed_views, k.before_hours_seen, k.before_time_total,
    k.before_first_view, k.before_last_view, k.before_prev_date,
    k.views, k.timed_views, k.hours_seen, k.time_total, k.first_view, k.last_view,
    case
      when k.views = 0 then null
      when k.date >= k.relink_from then coalesce(
        max(k.date) filter (where k.views > 0 and k.date >= k.relink_from) over earlier_days,
        -- the latest stored day before the first that appears or disappears
        max(case
          when p_relink_from is null and k.last_date < k.relink_from then k.last_date
          when k.before_views > 0 and k.date < k.relink_from then k.date
          when p_relink_from is null and k.before_views > 0 and k.before_prev_date < k.relink_from then k.before_prev_date
        end) over visitor
      )
      else k.before_prev_date
    end,
    k.stored_first_visit, k.stored_last_visit
  from known k
  window
    visitor as (partition by k.entity_type, k.entity_id, k.is_account, k.visitor_id),
    earlier_days as (
      partition by k.entity_type, k.entity_id, k.is_account, k.visitor_id
      order by k.date rows between unbounded preceding and 1 preceding
    );
end;`,
  },
  {
    name: "page_views_of_visitor",
    file: "functions/lookups/lookups.sql",
    line: 199,
    sql: `-- Which page views of the entity has this visitor on these dates?
-- Dates are labels of local time and not always one stretch of it (St. John's set its clocks back at 00:01),
-- so the index gets a day's margin and the label decides.
create or replace function :schema.page_views_of_visitor(
  p_entity_type text, p_entity_id :entity_id_type, p_is_account boolean, p_visitor_id :visitor_id_type,
  p_start_date date, p_end_date date, p_time_zone text
) returns table (viewed_at timestamptz, date date, time_on_page bigint)
language sql stable
begin atomic
  select v.viewed_at, (v.viewed_at at time zone p_time_zone)::date, v.time_on_page
  from (
    select pv.viewed_at, pv.time_on_page from :page_views pv
    where p_is_account and pv.account_id = case when p_is_account then p_visitor_id:::account_id_type end
      and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
    union all
    select pv.viewed_at, pv.time_on_page from :page_views pv
    where p_is_account and pv.account_id = case when p_is_account then p_visitor_id:::account_id_type end
      and p_entity_id is null and pv.entity_type = p_entity_type and pv.entity_id is null
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
    union all
    select pv.viewed_at, pv.time_on_page from :page_views pv
    where not p_is_account and pv.session_id = case when not p_is_account then p_visitor_id:::session_id_type end
      and pv.account_id is null
      and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
    union all
    select pv.viewed_at, pv.time_on_page from :page_views pv
    where not p_is_account and pv.session_id = case when not p_is_account then p_visitor_id:::session_id_type end
      and pv.account_id is null
      and p_entity_id is null and pv.entity_type = p_entity_type and pv.entity_id is null
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
  ) v
  where :schema.is_counted(p_entity_type, v.viewed_at)
    and (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date;
end;`,
  },
  {
    name: "visitor_day_effects",
    file: "functions/deltas/visitor-day-effects.sql",
    line: 99,
    sql: `-- What do these changes do to visitor-days?
-- Most visitors come on one day, after all that is stored of them: of those nothing is looked up but the visitor. Of the
-- others, first and last view and the hours seen follow from the changes while views only come; where an instant was
-- taken away they are read again from page views, less what is pending besides these changes.
create or replace function :schema.visitor_day_effects(p_changes :schema.page_view_changes[])
returns setof :schema.visitor_day_effect
language sql stable
begin atomic
  with
  changes as (
    select
      c.entity_type, c.entity_id, c.account_id is not null as is_account,
      coalesce(c.account_id:::visitor_id_type, c.session_id:::visitor_id_type) as visitor_id,
      local.time::date as date, 1 << date_part('hour', local.time)::integer as hour_seen,
      c.viewed_at, c.sign, (c.time_on_page is not null)::integer as timed, coalesce(c.time_on_page, 0) as time_on_page
    from :schema.analytics_settings s
    cross join unnest(p_changes) c
    cross join lateral (select c.viewed_at at time zone s.time_zone as time) local
    where c.account_id is not null or c.session_id is not null
  ),
  visitors as (
    select
      c.*, row_number() over () as nth, v.first_visit as visitor_first_visit, v.last_visit as visitor_last_visit,
      stored.first_date, stored.last_date,
      c.only_comes and c.date = c.max_date and (stored.last_date is null or c.date > stored.last_date) as comes_once
    from :schema.analytics_settings s
    cross join (
      select
        c.entity_type, c.entity_id, c.is_account, c.visitor_id,
        bool_and(c.sign > 0) as only_comes, min(c.date) as date, max(c.date) as max_date,
        count(*)::integer as views, sum(c.timed)::integer as timed_views, sum(c.time_on_page)::bigint as time_total,
        min(c.viewed_at) as first_view, max(c.viewed_at) as last_view, bit_or(c.hour_seen) as hours_seen
      from changes c
      group by c.visitor_id, c.entity_id, c.is_account, c.entity_type
      order by c.entity_id, c.visitor_id -- as in the index that they are looked up in: neighbours are nearer at hand
    ) c
    left join lateral :schema.visitor_at(c.entity_type, c.entity_id, c.is_account, c.visitor_id) v on true
    cross join lateral (
      select (v.first_visit at time zone s.time_zone)::date as first_date, (v.last_visit at time zone s.time_zone)::date as last_date
    ) stored
  ),
  instants as (
    select
      v.nth, c.date, c.viewed_at, c.hour_seen, sum(c.sign)::integer as views,
      sum(c.sign * c.timed)::integer as timed_views, sum(c.sign * c.time_on_page)::bigint as time_total
    from visitors v
    join changes c
      on c.visitor_id = v.visitor_id and c.is_account = v.is_account and c.entity_type = v.entity_type
      -- by text as well: an account may have viewed thousands of entities, and nothing is looked up by "not distinct"
      and coalesce(c.entity_id::text, '') = coalesce(v.entity_id::text, '') and c.entity_id is not distinct from v.entity_id
    where not v.comes_once
    group by 1, 2, 3, 4
  ),
  changed as (
    select
      i.nth, i.date,
      sum(i.views)::integer as views,
      sum(i.timed_views)::integer as timed_views,
      sum(i.time_total)::bigint as time_total,
      min(i.viewed_at) filter (where i.views > 0) as first_view,
      max(i.viewed_at) filter (where i.views > 0) as last_view,
      coalesce(bit_or(i.hour_seen) filter (where i.views > 0), 0) as hours_seen,
      bool_or(i.views < 0) as takes_away
    from instants i
    group by 1, 2
    -- an instant that comes and goes, untimed, leaves nothing behind
    having bool_or(i.views <> 0 or i.timed_views <> 0 or i.time_total <> 0)
  ),
  after as (
    select
      v.entity_type, v.entity_id, v.is_account, v.visitor_id, v.visitor_first_visit, v.visitor_last_visit, s.time_zone,
      c.date, c.views, c.timed_views, c.time_total, c.first_view, c.last_view, c.hours_seen,
      d.views as stored_views, d.timed_views as stored_timed_views, d.hours_seen as stored_hours_seen,
      d.time_total as stored_time_total, d.first_view as stored_first_view, d.last_view as stored_last_view,
      d.prev_date as stored_prev_date,
      c.takes_away and coalesce(d.views, 0) + c.views > 0 as reads_again
    from :schema.analytics_settings s
    cross join changed c
    join visitors v on v.nth = c.nth
    left join lateral :schema.visitor_day_at(v.entity_type, v.entity_id, v.is_account, v.visitor_id, c.date) d
      on c.date between v.first_date and v.last_date
  ),
  -- the instants that remain of the days that are read again: in raw, less pending elsewhere
  remaining as (
    select r.entity_type, r.entity_id, r.is_account, r.visitor_id, r.date, r.viewed_at, r.time_zone
    from (
      select a.entity_type, a.entity_id, a.is_account, a.visitor_id, a.date, a.time_zone, i.viewed_at, 1 as views
      from after a
      cross join lateral :schema.page_views_of_visitor(
        a.entity_type, a.entity_id, a.is_account, a.visitor_id, a.date, a.date, a.time_zone
      ) i
      where a.reads_again
      union all
      select a.entity_type, a.entity_id, a.is_account, a.visitor_id, a.date, a.time_zone, q.viewed_at, -q.sign
      from after a
      join :schema.page_view_changes q
        on coalesce(q.account_id:::visitor_id_type, q.session_id:::visitor_id_type) = a.visitor_id
        and q.entity_type = a.entity_type
        and q.entity_id is not distinct from a.entity_id
        and (q.account_id is not null) = a.is_account
        and (q.viewed_at at time zone a.time_zone)::date = a.date
      where a.reads_again and q.change_id not in (select c.change_id from unnest(p_changes) c)
    ) r
    group by 1, 2, 3, 4, 5, 6, 7
    having sum(r.views) > 0
  ),
  again as (
    select
      r.entity_type, r.entity_id, r.is_account, r.visitor_id, r.date,
      min(r.viewed_at) as first_view,
      max(r.viewed_at) as last_view,
      bit_or(1 << extract(hour from r.viewed_at at time zone r.time_zone)::integer) as hours_seen
    from remaining r
    group by 1, 2, 3, 4, 5
  ),
  days as (
    select
      a.entity_type, a.entity_id, a.is_account, a.visitor_id, a.date, a.stored_views, a.stored_timed_views,
      a.stored_hours_seen, a.stored_time_total, a.stored_first_view, a.stored_last_view, a.stored_prev_date,
      a.visitor_first_visit, a.visitor_last_visit, a.views, a.timed_views, a.time_total,
      coalesce(a.stored_hours_seen, 0) | a.hours_seen as hours_seen,
      least(a.stored_first_view, a.first_view) as first_view,
      greatest(a.stored_last_view, a.last_view) as last_view
    from after a
    where not a.reads_again
    union all
    -- put together by grouping: a join would not find a NULL entity
    select
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date, max(d.stored_views), max(d.stored_timed_views),
      max(d.stored_hours_seen), max(d.stored_time_total), max(d.stored_first_view), max(d.stored_last_view),
      max(d.stored_prev_date), max(d.visitor_first_visit), max(d.visitor_last_visit), max(d.views), max(d.timed_views), max(d.time_total),
      max(d.hours_seen), max(d.first_view), max(d.last_view)
    from (
      select
        a.entity_type, a.entity_id, a.is_account, a.visitor_id, a.date, a.stored_views, a.stored_timed_views,
        a.stored_hours_seen, a.stored_time_total, a.stored_first_view, a.stored_last_view, a.stored_prev_date,
        a.visitor_first_visit, a.visitor_last_visit, a.views, a.timed_views, a.time_total,
        null::integer as hours_seen, null::timestamptz as first_view, null::timestamptz as last_view
      from after a
      where a.reads_again
      union all
      select
        g.entity_type, g.entity_id, g.is_account, g.visitor_id, g.date, null, null, null, null, null, null, null,
        null, null, null, null, null, g.hours_seen, g.first_view, g.last_view
      from again g
    ) d
    group by d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date
  ),
  unlinked as materialized (
    select array(
      select row(
        d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date,
        coalesce(d.stored_views, 0), coalesce(d.stored_timed_views, 0), coalesce(d.stored_hours_seen, 0),
        coalesce(d.stored_time_total, 0), d.stored_first_view, d.stored_last_view, d.stored_prev_date,
        coalesce(d.stored_views, 0) + d.views,
        coalesce(d.stored_timed_views, 0) + d.timed_views,
        case when coalesce(d.stored_views, 0) + d.views > 0 then d.hours_seen else 0 end,
        coalesce(d.stored_time_total, 0) + d.time_total,
        case when coalesce(d.stored_views, 0) + d.views > 0 then d.first_view end,
        case when coalesce(d.stored_views, 0) + d.views > 0 then d.last_view end,
        null::date, d.visitor_first_visit, d.visitor_last_visit
      ):::schema.visitor_day_effect
      from days d
    ) as days
  )
  select
    v.entity_type, v.entity_id, v.is_account, v.visitor_id, v.date, 0, 0, 0, 0::bigint, null::timestamptz, null::timestamptz, null::date,
    v.views, v.timed_views, v.hours_seen, v.time_total, v.first_view, v.last_view, v.last_date,
    v.visitor_first_visit, v.visitor_last_visit
  from visitors v
  where v.comes_once
  union all
  select e.*
  from unlinked u
  cross join lateral :schema.link_visitor_days(u.days) e
  where u.days <> '{}';
end;`,
  },
  {
    name: "capture_added_page_views",
    file: "functions/folding/capture.sql",
    line: 1,
    sql: `-- Capture: every statement that changes page views writes down what it added and took away.
--
-- Statement-level triggers with transition tables cost once per statement, not once per row. What is_counted says
-- no to is not written down.

create or replace function :schema.capture_added_page_views() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into :schema.page_view_changes (sign, entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
  select 1, a.entity_type, a.entity_id, a.account_id, a.session_id, a.viewed_at, a.time_on_page
  from added a
  where :schema.is_counted(a.entity_type, a.viewed_at);
  return null;
end
$$;`,
  },
  {
    name: "capture_removed_page_views",
    file: "functions/folding/capture.sql",
    line: 19,
    sql: `create or replace function :schema.capture_removed_page_views() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into :schema.page_view_changes (sign, entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
  select -1, r.entity_type, r.entity_id, r.account_id, r.session_id, r.viewed_at, r.time_on_page
  from removed r
  where :schema.is_counted(r.entity_type, r.viewed_at);
  return null;
end
$$;`,
  },
  {
    name: "capture_edited_page_views",
    file: "functions/folding/capture.sql",
    line: 32,
    sql: `-- What remains when what was there before is set off against what is there now: nothing, when no column that
-- counts has changed.
create or replace function :schema.capture_edited_page_views() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into :schema.page_view_changes (sign, entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
  select sign(d.net), d.entity_type, d.entity_id, d.account_id, d.session_id, d.viewed_at, d.time_on_page
  from (
    select s.entity_type, s.entity_id, s.account_id, s.session_id, s.viewed_at, s.time_on_page, sum(s.sign) as net
    from (
      select -1 as sign, r.entity_type, r.entity_id, r.account_id, r.session_id, r.viewed_at, r.time_on_page from removed r
      union all
      select 1, a.entity_type, a.entity_id, a.account_id, a.session_id, a.viewed_at, a.time_on_page from added a
    ) s
    where :schema.is_counted(s.entity_type, s.viewed_at)
    group by 1, 2, 3, 4, 5, 6
    having sum(s.sign) <> 0
  ) d
  cross join lateral generate_series(1, abs(d.net)) n
  -- so that folding takes what was there and what is there now together, and seldom has to read raw again
  order by d.entity_type, d.entity_id, d.session_id, d.viewed_at;
  return null;
end
$$;`,
  },
  {
    name: "capture_truncated_page_views",
    file: "functions/folding/capture.sql",
    line: 59,
    sql: `-- TRUNCATE takes everything away: the rollups are emptied with the page views, in the same transaction.
-- By DELETE: who reads a rollup and waits for page views would deadlock with a TRUNCATE that waits for the rollup.
create or replace function :schema.capture_truncated_page_views() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
    raise exception 'page views can be truncated at READ COMMITTED only, for at % the rollups of newer views would stay',
      upper(current_setting('transaction_isolation'))
      using errcode = 'feature_not_supported';
  end if;
  delete from :schema.page_view_changes;
  delete from :schema.analytics_aggregates;
  delete from :schema.analytics_visitors;
  delete from :schema.analytics_visitor_days;
  delete from :schema.analytics_visitor_returns;
  delete from :schema.analytics_visitor_return_weeks;
  delete from :schema.visitor_sessions;
  return null;
end
$$;`,
  },
  {
    name: "fold_pending_changes",
    file: "functions/folding/fold-pending-changes.sql",
    line: 1,
    sql: `-- Folding by a scheduler that can call a procedure, pg_cron for one: a transaction for each batch.

-- Fold until nothing is left but what has come meanwhile, or somebody else is folding.
-- A procedure that commits may not bring settings of its own: they are made anew in each transaction.
create or replace procedure :schema.fold_pending_changes(p_limit integer default 20000)
language plpgsql
as $$
declare
  v_folded integer;
begin
  loop
    commit;
    set transaction isolation level read committed;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    v_folded := :schema.fold_page_view_changes(p_limit);
    exit when v_folded < p_limit;
  end loop;
end
$$;`,
  },
  {
    name: "apply_effects",
    file: "functions/folding/fold.sql",
    line: 1,
    sql: `-- Folding: pending changes go into the rollups, a bounded batch at a time, exactly once.
--
-- No nested loops: a queue that was empty when it was last analyzed is taken for empty, and a loop over it for cheap.
-- The single probes, which can be nothing else, stay what they are.

-- Store what effects say. Whoever calls this holds the lock of the settings row. Returns whether every row of dates
-- and hours that it wrote can be: no fewer views than visitors or entries.
-- Counts that are zero afterwards are deleted by the place where they were just written.
create or replace function :schema.apply_effects(
  p_counts :schema.view_count_effect[], p_days :schema.visitor_day_effect[], p_replaced daterange default 'empty'
) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
set enable_nestloop = off
as $$
declare
  v_emptied tid[];
  v_emptied_weeks tid[];
  v_possible boolean;
begin
  -- Which visitor-days are new? There is one writer, so a plain insert will do, which is cheaper than one that looks for
  -- conflicts.
  insert into :schema.analytics_visitor_days (
    entity_type, entity_id, is_account, visitor_id, date, prev_date,
    views, timed_views, hours_seen, time_total, first_view, last_view
  )
  select
    e.entity_type, e.entity_id, e.is_account, e.visitor_id, e.date, e.prev_date,
    e.views, e.timed_views, e.hours_seen, e.time_total, e.first_view, e.last_view
  from unnest(p_days) e
  where e.views > 0 and e.before_views = 0;

  -- Which are changed or linked elsewhere?
  insert into :schema.analytics_visitor_days as d (
    entity_type, entity_id, is_account, visitor_id, date, prev_date,
    views, timed_views, hours_seen, time_total, first_view, last_view
  )
  select
    e.entity_type, e.entity_id, e.is_account, e.visitor_id, e.date, e.prev_date,
    e.views, e.timed_views, e.hours_seen, e.time_total, e.first_view, e.last_view
  from unnest(p_days) e
  where e.views > 0 and e.before_views > 0
    and (e.before_views, e.before_timed_views, e.before_hours_seen, e.before_time_total, e.before_first_view, e.before_last_view, e.before_prev_date)
      is distinct from (e.views, e.timed_views, e.hours_seen, e.time_total, e.first_view, e.last_view, e.prev_date)
  on conflict (entity_type, entity_id, date, visitor_id, is_account) do update set
    prev_date = excluded.prev_date, views = excluded.views, timed_views = excluded.timed_views,
    hours_seen = excluded.hours_seen, time_total = excluded.time_total,
    first_view = excluded.first_view, last_view = excluded.last_view;

  -- Which are gone?
  v_emptied := array(
    select p.place
    from unnest(p_days) e
    cross join lateral :schema.visitor_day_place(e.entity_type, e.entity_id, e.is_account, e.visitor_id, e.date) p
    where e.views = 0 and e.before_views > 0
  );
  delete from :schema.analytics_visitor_days where ctid = any (v_emptied);

  -- And which visitors are? While dates are replaced nobody has looked whether they are stored.
  insert into :schema.analytics_visitors (
    entity_type, entity_id, is_account, visitor_id, visit_count, days_visited, timed_views, time_total,
    first_visit, last_visit
  )
  select
    e.entity_type, e.entity_id, e.is_account, e.visitor_id, e.visit_count, e.days_visited, e.timed_views, e.time_total,
    e.first_visit, e.last_visit
  from :schema.visitor_effects(p_days) e
  where isempty(p_replaced) and e.is_new and e.visit_count > 0
  order by e.entity_id, e.visitor_id;

  with written as (
    insert into :schema.analytics_visitors as v (
      entity_type, entity_id, is_account, visitor_id, visit_count, days_visited, timed_views, time_total,
      first_visit, last_visit
    )
    select
      e.entity_type, e.entity_id, e.is_account, e.visitor_id, e.visit_count, e.days_visited, e.timed_views, e.time_total,
      coalesce(e.first_visit, '-infinity'), coalesce(e.last_visit, '-infinity')
    from :schema.visitor_effects(p_days) e
    where not (isempty(p_replaced) and e.is_new and e.visit_count > 0)
    on conflict (entity_type, entity_id, visitor_id, is_account) do update set
      visit_count = v.visit_count + excluded.visit_count,
      days_visited = v.days_visited + excluded.days_visited,
      timed_views = v.timed_views + excluded.timed_views,
      time_total = v.time_total + excluded.time_total,
      first_visit = excluded.first_visit,
      last_visit = excluded.last_visit
    returning v.ctid as place, v.visit_count
  )
  select array_agg(w.place) into v_emptied from written w where w.visit_count = 0;
  delete from :schema.analytics_visitors where ctid = any (v_emptied);

  -- Weeks that have replaced dates are made from the returns of their days when those are all written.
  with
  effects as materialized (
    select e.entity_type, e.entity_id, e.date, e.prev_date, e.visitors, e.accounts
    from :schema.return_effects(p_days, p_replaced) e
  ),
  by_day as (
    insert into :schema.analytics_visitor_returns as r (entity_type, entity_id, date, prev_date, visitors, accounts)
    select e.entity_type, e.entity_id, e.date, e.prev_date, e.visitors, e.accounts
    from effects e
    on conflict (entity_type, entity_id, date, prev_date) do update set
      visitors = r.visitors + excluded.visitors,
      accounts = r.accounts + excluded.accounts
    returning r.ctid as place, r.visitors
  ),
  by_week as (
    insert into :schema.analytics_visitor_return_weeks as w (entity_type, entity_id, week, prev_week, visitors, accounts)
    select
      e.entity_type, e.entity_id, :schema.week_of(e.date), :schema.week_of(e.prev_date), sum(e.visitors), sum(e.accounts)
    from effects e
    where isempty(p_replaced)
      or :schema.week_of(e.date) not between :schema.week_of(lower(p_replaced)) and :schema.last_week_of(p_replaced)
    group by 1, 2, 3, 4
    having sum(e.visitors) <> 0 or sum(e.accounts) <> 0
    on conflict (entity_type, entity_id, week, prev_week) do update set
      visitors = w.visitors + excluded.visitors,
      accounts = w.accounts + excluded.accounts
    returning w.ctid as place, w.visitors
  )
  select
    array(select d.place from by_day d where d.visitors = 0),
    array(select w.place from by_week w where w.visitors = 0)
  into v_emptied, v_emptied_weeks;
  delete from :schema.analytics_visitor_returns where ctid = any (v_emptied);
  delete from :schema.analytics_visitor_return_weeks where ctid = any (v_emptied_weeks);

  with written as (
    insert into :schema.analytics_aggregates as a (
      entity_type, entity_id, date, hour, total_views, timed_views, time_total, entries, bounces, unique_visitors, unique_accounts,
      new_visitors, new_accounts, visitors_first_in_week, accounts_first_in_week,
      visitors_first_in_month, accounts_first_in_month, visitors_first_in_quarter, accounts_first_in_quarter,
      visitors_first_in_year, accounts_first_in_year
    )
    select
      e.entity_type, e.entity_id, e.date, e.hour, e.total_views, e.timed_views, e.time_total, e.entries, e.bounces, e.unique_visitors, e.unique_accounts,
      e.new_visitors, e.new_accounts, e.visitors_first_in_week, e.accounts_first_in_week,
      e.visitors_first_in_month, e.accounts_first_in_month, e.visitors_first_in_quarter, e.accounts_first_in_quarter,
      e.visitors_first_in_year, e.accounts_first_in_year
    from :schema.aggregate_effects(p_counts, p_days, p_replaced) e
    order by e.entity_id, e.hour, e.date
    on conflict (entity_type, entity_id, hour, date) do update set
      total_views = a.total_views + excluded.total_views,
      timed_views = a.timed_views + excluded.timed_views,
      time_total = a.time_total + excluded.time_total,
      entries = a.entries + excluded.entries,
      bounces = a.bounces + excluded.bounces,
      unique_visitors = a.unique_visitors + excluded.unique_visitors,
      unique_accounts = a.unique_accounts + excluded.unique_accounts,
      new_visitors = a.new_visitors + excluded.new_visitors,
      new_accounts = a.new_accounts + excluded.new_accounts,
      visitors_first_in_week = a.visitors_first_in_week + excluded.visitors_first_in_week,
      accounts_first_in_week = a.accounts_first_in_week + excluded.accounts_first_in_week,
      visitors_first_in_month = a.visitors_first_in_month + excluded.visitors_first_in_month,
      accounts_first_in_month = a.accounts_first_in_month + excluded.accounts_first_in_month,
      visitors_first_in_quarter = a.visitors_first_in_quarter + excluded.visitors_first_in_quarter,
      accounts_first_in_quarter = a.accounts_first_in_quarter + excluded.accounts_first_in_quarter,
      visitors_first_in_year = a.visitors_first_in_year + excluded.visitors_first_in_year,
      accounts_first_in_year = a.accounts_first_in_year + excluded.accounts_first_in_year,
      updated_at = now()
    returning a.ctid as place, a.total_views, a.unique_visitors, a.entries, a.bounces
  )
  select array_agg(w.place) filter (where w.total_views = 0), coalesce(bool_and(
    w.total_views >= w.unique_visitors and w.total_views >= w.entries and w.entries >= w.bounces and w.bounces >= 0
  ), true)
  into v_emptied, v_possible
  from written w;
  delete from :schema.analytics_aggregates where ctid = any (v_emptied);
  return v_possible;
end
$$;`,
  },
  {
    name: "fold_page_view_changes",
    file: "functions/folding/fold.sql",
    line: 177,
    sql: `-- Fold one batch: the oldest p_limit pending changes. Returns how many it took; 0 when nothing is pending or
-- somebody else is folding.
-- A change that takes a view away is younger than the one that added it, and so in the same batch or a later one,
-- with one exception: when a row trigger of the host's edits the row that is being inserted, the edit is captured
-- before the insert. A batch therefore also takes what adds a view that it takes away, however young.
create or replace function :schema.fold_page_view_changes(p_limit integer default 20000) returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
set enable_nestloop = off
as $$
declare
  v_started_at timestamptz := clock_timestamp();
  v_history_complete boolean;
  v_changes :schema.page_view_changes[];
  v_change_ids bigint[];
  v_days :schema.visitor_day_effect[];
  v_sessions :schema.session_effect[];
  v_possible boolean;
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;

  -- Before the lock of the settings row: whoever truncates page views holds this lock and waits for no other.
  lock table :page_views in access share mode;
  select s.history_complete into v_history_complete from :schema.analytics_settings s for no key update skip locked;
  if not found then
    return 0;
  end if;
  if not v_history_complete then
    raise exception 'the page views from before the installation are not in the rollups yet'
      using errcode = 'object_not_in_prerequisite_state', hint = 'Run: npx @headcount/migrations up';
  end if;

  v_changes := array(select q from :schema.page_view_changes q order by q.change_id limit p_limit);
  if v_changes = '{}' then
    return 0;
  end if;
  if exists (select from unnest(v_changes) c where c.sign < 0) then
    v_changes := v_changes || array(
      select q
      from :schema.page_view_changes q
      where q.sign > 0 and q.change_id > (v_changes[cardinality(v_changes)]).change_id and exists (
        select from unnest(v_changes) c
        where c.sign < 0 and c.viewed_at = q.viewed_at and c.entity_type = q.entity_type
          and c.entity_id is not distinct from q.entity_id
          and c.account_id is not distinct from q.account_id
          and c.session_id is not distinct from q.session_id
          and c.time_on_page is not distinct from q.time_on_page
      )
    );
  end if;
  v_change_ids := array(select c.change_id from unnest(v_changes) c);
  delete from :schema.page_view_changes q where q.change_id = any (v_change_ids);

  v_days := array(select d from :schema.visitor_day_effects(v_changes) d);
  v_sessions := array(select s from :schema.session_effects(v_changes) s);
  begin
    v_possible := not exists (select from unnest(v_days) d where d.views < 0)
      and :schema.store_sessions(v_sessions)
      and :schema.apply_effects(
        array(
          select c from :schema.view_count_effects(v_changes) c
          union all
          select e from :schema.entry_effects(v_sessions) e
        ),
        v_days
      );
  exception when unique_violation then
    -- a visitor-day or a visitor that was taken for new is stored: its visitor was changed by hand
    v_possible := false;
  end;
  if not v_possible then
    raise exception 'the rollups do not match the page views: views were taken away that had not been counted, or rollups were changed by hand'
      using errcode = 'data_exception',
        hint = 'Rebuild the rollups from raw page views: select aggregate_page_views(null, null).';
  end if;

  update :schema.analytics_fold_state set
    finished_at = clock_timestamp(),
    folded_changes = cardinality(v_changes),
    duration_ms = extract(epoch from clock_timestamp() - v_started_at) * 1000;
  return cardinality(v_changes);
end
$$;`,
  },
  {
    name: "visitor_day_place",
    file: "functions/lookups/lookups.sql",
    line: 37,
    sql: `-- Where is it stored? What is to be deleted is looked up first: the order of a join would be the planner's to choose.
create or replace function :schema.visitor_day_place(
  p_entity_type text, p_entity_id :entity_id_type, p_is_account boolean, p_visitor_id :visitor_id_type, p_date date
) returns table (place tid)
language sql stable
begin atomic
  select d.ctid from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id
    and d.date = p_date and d.visitor_id = p_visitor_id and d.is_account = p_is_account
  union all
  select d.ctid from :schema.analytics_visitor_days d
  where p_entity_id is null and d.entity_type = p_entity_type and d.entity_id is null
    and d.date = p_date and d.visitor_id = p_visitor_id and d.is_account = p_is_account;
end;`,
  },
  {
    name: "aggregate_places",
    file: "functions/lookups/lookups.sql",
    line: 52,
    sql: `-- Where are the entity's rows of these dates and their hours stored?
create or replace function :schema.aggregate_places(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (place tid)
language sql stable
begin atomic
  select a.ctid from :schema.analytics_aggregates a
  where a.entity_type = p_entity_type and a.entity_id = p_entity_id and a.date between p_start_date and p_end_date
  union all
  select a.ctid from :schema.analytics_aggregates a
  where p_entity_id is null and a.entity_type = p_entity_type and a.entity_id is null
    and a.date between p_start_date and p_end_date;
end;`,
  },
  {
    name: "day_rows_of",
    file: "functions/lookups/lookups.sql",
    line: 66,
    sql: `-- Which rows of whole days are stored for this entity on these dates?
create or replace function :schema.day_rows_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns setof :schema.analytics_aggregates
language sql stable
begin atomic
  select a.* from :schema.analytics_aggregates a
  where a.entity_type = p_entity_type and a.entity_id = p_entity_id
    and a.hour is null and a.date between p_start_date and p_end_date
  union all
  select a.* from :schema.analytics_aggregates a
  where p_entity_id is null and a.entity_type = p_entity_type and a.entity_id is null
    and a.hour is null and a.date between p_start_date and p_end_date;
end;`,
  },
  {
    name: "hour_rows_of",
    file: "functions/lookups/lookups.sql",
    line: 81,
    sql: `-- And which of their hours? Every hour is named, for then the index on (entity, hour, date) is used.
create or replace function :schema.hour_rows_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns setof :schema.analytics_aggregates
language sql stable
begin atomic
  select a.* from :schema.analytics_aggregates a
  where a.entity_type = p_entity_type and a.entity_id = p_entity_id
    and a.hour = any (array(select generate_series(0, 23)::smallint)) and a.date between p_start_date and p_end_date
  union all
  select a.* from :schema.analytics_aggregates a
  where p_entity_id is null and a.entity_type = p_entity_type and a.entity_id is null
    and a.hour = any (array(select generate_series(0, 23)::smallint)) and a.date between p_start_date and p_end_date;
end;`,
  },
  {
    name: "return_places",
    file: "functions/lookups/lookups.sql",
    line: 96,
    sql: `-- Where are its returns of these dates stored?
create or replace function :schema.return_places(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (place tid)
language sql stable
begin atomic
  select r.ctid from :schema.analytics_visitor_returns r
  where r.entity_type = p_entity_type and r.entity_id = p_entity_id and r.date between p_start_date and p_end_date
  union all
  select r.ctid from :schema.analytics_visitor_returns r
  where p_entity_id is null and r.entity_type = p_entity_type and r.entity_id is null
    and r.date between p_start_date and p_end_date;
end;`,
  },
  {
    name: "return_week_places",
    file: "functions/lookups/lookups.sql",
    line: 110,
    sql: `-- And those of these weeks, by their Mondays?
create or replace function :schema.return_week_places(
  p_entity_type text, p_entity_id :entity_id_type, p_start_week date, p_end_week date
) returns table (place tid)
language sql stable
begin atomic
  select w.ctid from :schema.analytics_visitor_return_weeks w
  where w.entity_type = p_entity_type and w.entity_id = p_entity_id and w.week between p_start_week and p_end_week
  union all
  select w.ctid from :schema.analytics_visitor_return_weeks w
  where p_entity_id is null and w.entity_type = p_entity_type and w.entity_id is null
    and w.week between p_start_week and p_end_week;
end;`,
  },
  {
    name: "returns_of",
    file: "functions/lookups/lookups.sql",
    line: 124,
    sql: `-- Which returns are stored for this entity on these dates?
create or replace function :schema.returns_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns setof :schema.analytics_visitor_returns
language sql stable
begin atomic
  select r.* from :schema.analytics_visitor_returns r
  where r.entity_type = p_entity_type and r.entity_id = p_entity_id and r.date between p_start_date and p_end_date
  union all
  select r.* from :schema.analytics_visitor_returns r
  where p_entity_id is null and r.entity_type = p_entity_type and r.entity_id is null
    and r.date between p_start_date and p_end_date;
end;`,
  },
  {
    name: "visitor_days_of",
    file: "functions/lookups/lookups.sql",
    line: 138,
    sql: `-- Which visitor-days are stored for this entity on these dates?
create or replace function :schema.visitor_days_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns setof :schema.analytics_visitor_days
language sql stable
begin atomic
  select d.* from :schema.analytics_visitor_days d
  where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date
  union all
  select d.* from :schema.analytics_visitor_days d
  where p_entity_id is null and d.entity_type = p_entity_type and d.entity_id is null
    and d.date between p_start_date and p_end_date;
end;`,
  },
  {
    name: "visitors_of",
    file: "functions/lookups/lookups.sql",
    line: 152,
    sql: `-- Which visitors are stored for this entity?
create or replace function :schema.visitors_of(p_entity_type text, p_entity_id :entity_id_type)
returns setof :schema.analytics_visitors
language sql stable
begin atomic
  select v.* from :schema.analytics_visitors v
  where v.entity_type = p_entity_type and v.entity_id = p_entity_id
  union all
  select v.* from :schema.analytics_visitors v
  where p_entity_id is null and v.entity_type = p_entity_type and v.entity_id is null;
end;`,
  },
  {
    name: "page_views_of",
    file: "functions/lookups/lookups.sql",
    line: 173,
    sql: `-- Which page views has this entity on these dates? The index gets a day's margin and the label decides.
create or replace function :schema.page_views_of(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_time_zone text
) returns table (
  account_id :account_id_type, session_id :session_id_type, viewed_at timestamptz, local_time timestamp, time_on_page bigint
)
language sql stable
begin atomic
  select v.account_id, v.session_id, v.viewed_at, v.viewed_at at time zone p_time_zone, v.time_on_page
  from (
    select pv.account_id, pv.session_id, pv.viewed_at, pv.time_on_page
    from :page_views pv
    where pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
    union all
    select pv.account_id, pv.session_id, pv.viewed_at, pv.time_on_page
    from :page_views pv
    where p_entity_id is null and pv.entity_type = p_entity_type and pv.entity_id is null
      and pv.viewed_at >= p_start_date::timestamp at time zone p_time_zone - interval '1 day'
      and pv.viewed_at < p_end_date::timestamp at time zone p_time_zone + interval '2 days'
  ) v
  where :schema.is_counted(p_entity_type, v.viewed_at)
    and (v.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date;
end;`,
  },
  {
    name: "sessions_entered_at",
    file: "functions/lookups/lookups.sql",
    line: 259,
    sql: `-- Which sessions entered at this entity?
create or replace function :schema.sessions_entered_at(p_entity_type text, p_entity_id :entity_id_type)
returns table (session_id :session_id_type)
language sql stable
begin atomic
  select s.session_id from :schema.visitor_sessions s
  where s.entry_entity_type = p_entity_type and s.entry_entity_id = p_entity_id
  union all
  select s.session_id from :schema.visitor_sessions s
  where p_entity_id is null and s.entry_entity_type = p_entity_type and s.entry_entity_id is null;
end;`,
  },
  {
    name: "read_entities",
    file: "functions/reading-in/entity-history.sql",
    line: 1,
    sql: `-- Reading the entities of the history in, when its sessions are. What the history is: session-history.sql.

-- Read the entities of this type in, from the first id to the last, both included; without ids, the views of no entity.
-- Their sessions were read before. Returns how many page views that were.
create or replace function :schema.read_entities(
  p_entity_type text, p_first_id :entity_id_type, p_last_id :entity_id_type, p_time_zone text
) returns bigint
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
      pv.entity_id:::entity_id_type as entity_id, pv.account_id:::account_id_type as account_id,
      pv.session_id:::session_id_type as session_id, pv.viewed_at, pv.time_on_page::bigint as time_on_page
    from :page_views pv
    where pv.entity_type = p_entity_type
      and (pv.entity_id between p_first_id and p_last_id or (p_first_id is null and pv.entity_id is null))
      and :schema.is_counted(pv.entity_type, pv.viewed_at)
  ),
  pending as materialized (
    select q.sign, q.entity_id, q.account_id, q.session_id, q.viewed_at, q.time_on_page
    from :schema.page_view_changes q
    where q.entity_type = p_entity_type
      and (q.entity_id is not distinct from p_first_id or q.entity_id in (select r.entity_id from raw r))
  ),
  views as materialized (
    select r.* from raw r where not exists (select from pending)
    union all
    (
      (
        select r.* from raw r where exists (select from pending)
        union all
        select p.entity_id, p.account_id, p.session_id, p.viewed_at, p.time_on_page from pending p where p.sign < 0
      )
      except all
      select p.entity_id, p.account_id, p.session_id, p.viewed_at, p.time_on_page from pending p where p.sign > 0
    )
  ),
  -- visitor_id is NULL for views by nobody
  visitor_hours as (
    select
      v.entity_id, v.account_id is not null as is_account,
      coalesce(v.account_id:::visitor_id_type, v.session_id:::visitor_id_type) as visitor_id,
      local.time::date as date, extract(hour from local.time)::smallint as hour,
      count(*)::integer as views, count(v.time_on_page)::integer as timed_views,
      coalesce(sum(v.time_on_page), 0)::bigint as time_total,
      min(v.viewed_at) as first_view, max(v.viewed_at) as last_view
    from views v
    cross join lateral (select v.viewed_at at time zone p_time_zone as time) local
    group by 1, 2, 3, 4, 5
  ),
  -- the date of the visitor's row before: the same one, or that of the nearest earlier day
  hours as materialized (
    select
      h.*, lag(h.date) over (partition by h.entity_id, h.is_account, h.visitor_id order by h.date, h.hour) as date_before
    from visitor_hours h
  ),
  days as materialized (
    select
      h.entity_id, h.is_account, h.visitor_id, h.date, min(h.date_before) filter (where h.date_before < h.date) as prev_date,
      sum(h.views)::integer as views, sum(h.timed_views)::integer as timed_views, bit_or(1 << h.hour) as hours_seen,
      sum(h.time_total)::bigint as time_total, min(h.first_view) as first_view, max(h.last_view) as last_view
    from hours h
    where h.visitor_id is not null
    group by h.entity_id, h.is_account, h.visitor_id, h.date
  ),
  written_days as (
    insert into :schema.analytics_visitor_days (
      entity_type, entity_id, is_account, visitor_id, date, prev_date,
      views, timed_views, hours_seen, time_total, first_view, last_view
    )
    select
      p_entity_type, d.entity_id, d.is_account, d.visitor_id, d.date, d.prev_date,
      d.views, d.timed_views, d.hours_seen, d.time_total, d.first_view, d.last_view
    from days d
    order by d.entity_id, d.date, d.visitor_id, d.is_account
  ),
  written_visitors as (
    insert into :schema.analytics_visitors (
      entity_type, entity_id, is_account, visitor_id, visit_count, days_visited, timed_views, time_total,
      first_visit, last_visit
    )
    select
      p_entity_type, d.entity_id, d.is_account, d.visitor_id, sum(d.views), count(*), sum(d.timed_views), sum(d.time_total),
      min(d.first_view), max(d.last_view)
    from days d
    group by d.entity_id, d.is_account, d.visitor_id
    order by d.entity_id, d.visitor_id, d.is_account
  ),
  returns as materialized (
    select
      d.entity_id, d.date, d.prev_date, count(*)::integer as visitors, count(*) filter (where d.is_account)::integer as accounts
    from days d
    where d.prev_date is not null
    group by d.entity_id, d.date, d.prev_date
  ),
  written_returns as (
    insert into :schema.analytics_visitor_returns (entity_type, entity_id, date, prev_date, visitors, accounts)
    select p_entity_type, r.entity_id, r.date, r.prev_date, r.visitors, r.accounts
    from returns r
    order by r.entity_id, r.date, r.prev_date
  ),
  written_return_weeks as (
    insert into :schema.analytics_visitor_return_weeks (entity_type, entity_id, week, prev_week, visitors, accounts)
    select
      p_entity_type, r.entity_id, :schema.week_of(r.date), :schema.week_of(r.prev_date), sum(r.visitors), sum(r.accounts)
    from returns r
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
  ),
  entries as materialized (
    select
      s.entry_entity_id as entity_id, local.time::date as date, extract(hour from local.time)::smallint as hour,
      :schema.is_bounce(s.total_views, s.time_total)::integer as bounces
    from :schema.visitor_sessions s
    cross join lateral (select s.first_seen at time zone p_time_zone as time) local
    where s.entry_entity_type = p_entity_type
      and (s.entry_entity_id between p_first_id and p_last_id or (p_first_id is null and s.entry_entity_id is null))
  ),
  by_hour as (
    select
      c.entity_id, c.date, c.hour, sum(c.views) as total_views, sum(c.timed_views) as timed_views, sum(c.time_total) as time_total,
      sum(c.entries) as entries, sum(c.bounces) as bounces,
      count(c.visitor_id) as visitors, count(c.visitor_id) filter (where c.is_account) as accounts
    from (
      select
        h.entity_id, h.date, h.hour, h.views, h.timed_views, h.time_total, h.visitor_id, h.is_account, 0 as entries, 0 as bounces
      from hours h
      union all
      select e.entity_id, e.date, e.hour, 0, 0, 0, null, false, 1, e.bounces from entries e
    ) c
    group by c.entity_id, c.date, c.hour
  ),
  -- first_in_*: whether the visitor-day that begins with this hour is the visitor's first there
  by_day as (
    select
      c.entity_id, c.date, sum(c.views) as total_views, sum(c.timed_views) as timed_views, sum(c.time_total) as time_total,
      sum(c.entries) as entries, sum(c.bounces) as bounces,
      count(c.visitor_id) as visitors, count(c.visitor_id) filter (where c.is_account) as accounts,
      count(*) filter (where c.is_new) as new_visitors,
      count(*) filter (where c.is_new and c.is_account) as new_accounts,
      count(*) filter (where c.first_in_week) as visitors_first_in_week,
      count(*) filter (where c.first_in_week and c.is_account) as accounts_first_in_week,
      count(*) filter (where c.first_in_month) as visitors_first_in_month,
      count(*) filter (where c.first_in_month and c.is_account) as accounts_first_in_month,
      count(*) filter (where c.first_in_quarter) as visitors_first_in_quarter,
      count(*) filter (where c.first_in_quarter and c.is_account) as accounts_first_in_quarter,
      count(*) filter (where c.first_in_year) as visitors_first_in_year,
      count(*) filter (where c.first_in_year and c.is_account) as accounts_first_in_year
    from (
      select
        h.entity_id, h.date, h.views, h.timed_views, h.time_total,
        case when first.of_day then h.visitor_id end as visitor_id, h.is_account,
        first.of_day and h.date_before is null as is_new,
        first.of_day and :schema.is_first_in('week', h.date, h.date_before) as first_in_week,
        first.of_day and :schema.is_first_in('month', h.date, h.date_before) as first_in_month,
        first.of_day and :schema.is_first_in('quarter', h.date, h.date_before) as first_in_quarter,
        first.of_day and :schema.is_first_in('year', h.date, h.date_before) as first_in_year,
        0 as entries, 0 as bounces
      from hours h
      cross join lateral (
        select h.visitor_id is not null and h.date_before is distinct from h.date as of_day
      ) first
      union all
      select e.entity_id, e.date, 0, 0, 0, null, false, false, false, false, false, false, 1, e.bounces from entries e
    ) c
    group by c.entity_id, c.date
  ),
  written_aggregates as (
    insert into :schema.analytics_aggregates (
      entity_type, entity_id, date, hour, total_views, timed_views, time_total, entries, bounces, unique_visitors, unique_accounts,
      new_visitors, new_accounts, visitors_first_in_week, accounts_first_in_week,
      visitors_first_in_month, accounts_first_in_month, visitors_first_in_quarter, accounts_first_in_quarter,
      visitors_first_in_year, accounts_first_in_year
    )
    select p_entity_type, r.*
    from (
      select
        d.entity_id, d.date, null::smallint as hour, d.total_views, d.timed_views, d.time_total, d.entries, d.bounces, d.visitors, d.accounts,
        d.new_visitors, d.new_accounts, d.visitors_first_in_week, d.accounts_first_in_week,
        d.visitors_first_in_month, d.accounts_first_in_month, d.visitors_first_in_quarter, d.accounts_first_in_quarter,
        d.visitors_first_in_year, d.accounts_first_in_year
      from by_day d
      union all
      select
        h.entity_id, h.date, h.hour, h.total_views, h.timed_views, h.time_total, h.entries, h.bounces, h.visitors, h.accounts,
        null, null, null, null, null, null, null, null, null, null
      from by_hour h
    ) r
    order by r.entity_id, r.hour, r.date
  )
  select count(*) into v_page_views from views;
  return v_page_views;
end
$$;`,
  },
  {
    name: "next_history_sessions",
    file: "functions/reading-in/history-steps.sql",
    line: 1,
    sql: `-- Going through the history: first all sessions, then all entities, in the order of the indexes on page views, a bounded
-- number of page views in each step.

-- Which sessions come after this one with together about p_limit page views?
create or replace function :schema.next_history_sessions(
  p_after :session_id_type, p_limit integer, out first_id :session_id_type, out last_id :session_id_type
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
  select pv.session_id into first_id from :page_views pv
  where pv.session_id is not null and (p_after is null or pv.session_id > p_after)
  order by pv.session_id limit 1;
  select pv.session_id into last_id from :page_views pv
  where pv.session_id is not null and pv.session_id >= first_id
  order by pv.session_id offset p_limit limit 1;
  if last_id is null then
    select pv.session_id into last_id from :page_views pv
    where pv.session_id is not null
    order by pv.session_id desc limit 1;
  end if;
end
$$;`,
  },
  {
    name: "next_history_entities",
    file: "functions/reading-in/history-steps.sql",
    line: 27,
    sql: `-- Which entities of one type come after this one with together about p_limit page views? An entity_type's views without
-- entity come last. NULL when nothing comes after it.
create or replace function :schema.next_history_entities(p_after :schema.entity_key, p_limit integer) returns :schema.entity_slice
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_next :schema.entity_slice;
begin
  v_next.entity_type := p_after.entity_type;
  if p_after.entity_id is null then
    select pv.entity_type into v_next.entity_type from :page_views pv
    where p_after.entity_type is null or pv.entity_type > p_after.entity_type
    order by pv.entity_type limit 1;
    if v_next.entity_type is null then
      return null;
    end if;
  end if;

  select pv.entity_id into v_next.first_id from :page_views pv
  where pv.entity_type = v_next.entity_type and pv.entity_id is not null
    and (p_after.entity_id is null or pv.entity_id > p_after.entity_id)
  order by pv.entity_id limit 1;
  select pv.entity_id into v_next.last_id from :page_views pv
  where pv.entity_type = v_next.entity_type and pv.entity_id >= v_next.first_id
  order by pv.entity_id offset p_limit limit 1;
  if v_next.last_id is null and v_next.first_id is not null then
    select pv.entity_id into v_next.last_id from :page_views pv
    where pv.entity_type = v_next.entity_type and pv.entity_id is not null
    order by pv.entity_id desc limit 1;
  end if;
  return v_next;
end
$$;`,
  },
  {
    name: "read_sessions",
    file: "functions/reading-in/session-history.sql",
    line: 1,
    sql: `-- Reading the history in: the page views that were there before capture began.
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
$$;`,
  },
  {
    name: "read_lost_sessions",
    file: "functions/reading-in/history-steps.sql",
    line: 63,
    sql: `-- Read in the sessions and the entities that have lost all their page views since, which only the queue knows.
create or replace function :schema.read_lost_sessions() returns bigint
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(sum(:schema.read_sessions(l.session_id, l.session_id)), 0)
  from (
    select distinct q.session_id from :schema.page_view_changes q
    where q.sign < 0 and q.session_id is not null and not exists (
      select from :schema.visitor_sessions s where s.session_id = q.session_id and s.total_views > 0
    )
  ) l;
end;`,
  },
  {
    name: "read_lost_entities",
    file: "functions/reading-in/history-steps.sql",
    line: 77,
    sql: `create or replace function :schema.read_lost_entities(p_time_zone text) returns bigint
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(sum(:schema.read_entities(l.entity_type, l.entity_id, l.entity_id, p_time_zone)), 0)
  from (
    select q.entity_type, q.entity_id from :schema.page_view_changes q
    where q.sign < 0
    group by q.entity_type, q.entity_id
  ) l
  where not exists (
    select from :schema.aggregate_places(l.entity_type, l.entity_id, '-infinity', 'infinity')
  );
end;`,
  },
  {
    name: "read_history_step",
    file: "functions/reading-in/history-steps.sql",
    line: 92,
    sql: `-- One step of about p_limit page views. analytics_settings.history_position tells how far all this has come.
create or replace function :schema.read_history_step(
  p_limit integer default 100000, out phase text, out page_views bigint, out done boolean
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set enable_nestloop = off
as $$
declare
  v_settings :schema.analytics_settings;
  v_position jsonb;
  v_sessions record;
  v_entities :schema.entity_slice;
begin
  lock table :page_views in access share mode;
  select s.* into strict v_settings from :schema.analytics_settings s for no key update;
  v_position := coalesce(v_settings.history_position, '{"phase": "sessions"}');
  phase := v_position ->> 'phase';
  done := v_settings.history_complete;
  page_views := 0;
  if done then
    return;
  end if;

  if phase = 'sessions' then
    select n.* into v_sessions
    -- what is sorted and hashed of so many fits into a processor's cache
    from :schema.next_history_sessions((v_position ->> 'session_id'):::session_id_type, greatest(p_limit / 10, 1)) n;
    if v_sessions.first_id is not null then
      page_views := :schema.read_sessions(v_sessions.first_id, v_sessions.last_id);
      v_position := v_position || jsonb_build_object('session_id', v_sessions.last_id);
    else
      page_views := :schema.read_lost_sessions();
      v_position := '{"phase": "entities"}';
    end if;
  else
    v_entities := :schema.next_history_entities(
      row(v_position ->> 'entity_type', v_position ->> 'entity_id'):::schema.entity_key, p_limit
    );
    if v_entities.entity_type is not null then
      page_views := :schema.read_entities(
        v_entities.entity_type, v_entities.first_id, v_entities.last_id, v_settings.time_zone
      );
      v_position := v_position || jsonb_build_object('entity_type', v_entities.entity_type, 'entity_id', v_entities.last_id);
    else
      page_views := :schema.read_lost_entities(v_settings.time_zone);
      v_position := null;
      done := true;
    end if;
  end if;
  update :schema.analytics_settings set history_complete = done, history_position = v_position;
end
$$;`,
  },
  {
    name: "visitors_on_dates",
    file: "functions/reading/first-visitors.sql",
    line: 1,
    sql: `-- The list of visitors as far as most read it: its first page, with the most views first.

-- On how many of these dates was each of these visitors there, when first, and how long on average? A live answer is told
-- from raw page views, which are indexed by visitor.
create or replace function :schema.visitors_on_dates(
  p_entity_type text, p_entity_id :entity_id_type, p_visitors :schema.ranked_visitor[],
  p_start_date date, p_end_date date, p_time_zone text, p_is_live boolean
) returns setof :schema.listed_visitor
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
begin
  if p_is_live then
    return query
    select
      r.is_account, r.visitor_id, r.visit_count, v.days_visited, v.first_visit, r.last_visit, v.avg_time_on_page
    from unnest(p_visitors) r
    cross join lateral (
      select
        count(distinct pv.date) as days_visited, min(pv.viewed_at) as first_visit,
        round(avg(pv.time_on_page), 2) as avg_time_on_page
      from :schema.page_views_of_visitor(
        p_entity_type, p_entity_id, r.is_account, r.visitor_id, p_start_date, p_end_date, p_time_zone
      ) pv
    ) v;
  else
    return query
    select
      r.is_account, r.visitor_id, r.visit_count, count(*), min(d.first_view), r.last_visit,
      round(sum(d.time_total) / nullif(sum(d.timed_views), 0), 2)
    from unnest(p_visitors) r
    join :schema.visitor_days_of(p_entity_type, p_entity_id, p_start_date, p_end_date) d
      on d.visitor_id = r.visitor_id and d.is_account = r.is_account
    group by r.is_account, r.visitor_id, r.visit_count, r.last_visit;
  end if;
end
$$;`,
  },
  {
    name: "top_visitors_of_few_days",
    file: "functions/reading/first-visitors.sql",
    line: 40,
    sql: `-- Who came most often on dates that have few visitor-days? All of them are added up, and nothing is looked up afterwards.
create or replace function :schema.top_visitors_of_few_days(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  p_touched :schema.visitor_day_effect[]
) returns setof :schema.listed_visitor
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  select v.*
  from (
    select
      d.is_account, d.visitor_id, sum(d.views) as visit_count, count(*), min(d.first_view), max(d.last_view) as last_visit,
      round(sum(d.time_total) / nullif(sum(d.timed_views), 0), 2)
    from :schema.visitor_days_after(p_entity_type, p_entity_id, p_start_date, p_end_date, p_touched) d
    group by d.is_account, d.visitor_id
  ) v
  order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
  limit p_limit;
end
$$;`,
  },
  {
    name: "visitors_who_came_once",
    file: "functions/reading/first-visitors.sql",
    line: 65,
    sql: `-- Who came once, the latest first? Those of an entity with many visitors are found by their days, from the last one back to
-- a date since which enough are new; of another one, and when most of them came back, all visitors are read.
create or replace function :schema.visitors_who_came_once(p_entity_type text, p_entity_id :entity_id_type, p_limit bigint)
returns setof :schema.analytics_visitors
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
  -- to look a visitor up costs about as much as reading so many in a row
  c_read_in_a_row constant integer := 16;
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_enough bigint := 2 * p_limit;
  v_from date;
  v_found :schema.analytics_visitors[];
begin
  while p_limit > 0
    and exists (select from :schema.visitors_of(p_entity_type, p_entity_id) offset c_read_in_a_row * v_enough)
  loop
    v_from := coalesce(
      (
        select max(d.date)
        from (
          select r.date, sum(r.new_visitors) over (order by r.date desc) as new_since
          from :schema.day_rows_of(p_entity_type, p_entity_id, '-infinity', 'infinity') r
        ) d
        where d.new_since >= v_enough
      ),
      '-infinity'
    );
    -- a day more, for dates are labels of local time: the last views of one may be later than the first of the next
    v_found := array(
      select v
      from :schema.visitor_days_of(p_entity_type, p_entity_id, v_from - 1, 'infinity') d
      cross join lateral :schema.visitor_at(p_entity_type, p_entity_id, d.is_account, d.visitor_id) v
      where d.views = 1 and d.prev_date is null and v.visit_count = 1
      order by v.last_visit desc, v.is_account, v.visitor_id
      limit p_limit
    );
    if ((v_found[p_limit]).last_visit at time zone v_time_zone)::date >= v_from then
      return query select f.* from unnest(v_found) f;
      return;
    end if;
    v_enough := 4 * v_enough;
  end loop;

  return query
  select v.*
  from :schema.visitors_of(p_entity_type, p_entity_id) v
  where v.visit_count = 1
  order by v.last_visit desc, v.is_account, v.visitor_id
  limit p_limit;
end
$$;`,
  },
  {
    name: "top_visitors_ever",
    file: "functions/reading/first-visitors.sql",
    line: 121,
    sql: `-- Who came most often ever? The first p_limit, most views first. The ranking index is read no further than that; who came
-- once is read only when those who came back do not fill the page. Those whom pending changes touch are left out of
-- both, and listed as they will be.
create or replace function :schema.top_visitors_ever(
  p_entity_type text, p_entity_id :entity_id_type, p_limit integer, p_touched :schema.visitor_day_effect[]
) returns setof :schema.listed_visitor
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_touched :schema.listed_visitor[] := array(
    select row(
      t.is_account, t.visitor_id, t.visit_count, t.days_visited, t.first_visit, t.last_visit, t.avg_time_on_page
    ):::schema.listed_visitor
    from :schema.visitors_after(p_touched) t
  );
  v_came_back :schema.listed_visitor[] := array(
    select row(
      v.is_account, v.visitor_id, v.visit_count, v.days_visited, v.first_visit, v.last_visit, v.avg_time_on_page
    ):::schema.listed_visitor
    from :schema.ranked_visitors(p_entity_type, p_entity_id, 0, p_limit::bigint + cardinality(v_touched)) v
    where (v.visitor_id, v.is_account) not in (select t.visitor_id, t.is_account from unnest(v_touched) t)
  );
begin
  return query
  select v.*
  from (
    select b.* from unnest(v_came_back) b
    union all
    select t.* from unnest(v_touched) t where t.visit_count > 0
    union all
    (
      select
        o.is_account, o.visitor_id, o.visit_count::bigint, o.days_visited::bigint, o.first_visit, o.last_visit,
        o.avg_time_on_page
      from :schema.visitors_who_came_once(p_entity_type, p_entity_id, p_limit::bigint + cardinality(v_touched)) o
      where (p_limit is null or cardinality(v_came_back) < p_limit)
        and (o.visitor_id, o.is_account) not in (select t.visitor_id, t.is_account from unnest(v_touched) t)
    )
  ) v
  order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
  limit p_limit;
end
$$;`,
  },
  {
    name: "first_visitors",
    file: "functions/reading/first-visitors.sql",
    line: 168,
    sql: `-- The first page of the usual list: who came most often on these dates, or ever (from -infinity to infinity), with all
-- that is pending?
create or replace function :schema.first_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  p_few_visitor_days integer default 1000,
  out visitors :schema.listed_visitor[], out is_live boolean, out pending_changes integer, out folded_through timestamptz
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_days :schema.visitor_day_effect[];
  v_visitor_days bigint;
  v_ranked :schema.ranked_visitor[];
begin
  select p.is_live, p.pending_changes, p.folded_through, p.days into is_live, pending_changes, folded_through, v_days
  from :schema.pending_visitor_days(p_entity_type, p_entity_id) p;

  if p_start_date = '-infinity' and p_end_date = 'infinity' then
    visitors := array(select v from :schema.top_visitors_ever(p_entity_type, p_entity_id, p_limit, v_days) v);
    return;
  end if;
  select coalesce(sum(d.unique_visitors), 0) into v_visitor_days
  from :schema.day_rows_of(p_entity_type, p_entity_id, p_start_date, p_end_date) d;
  if v_visitor_days <= p_few_visitor_days then
    visitors := array(
      select v
      from :schema.top_visitors_of_few_days(p_entity_type, p_entity_id, p_start_date, p_end_date, p_limit, v_days) v
    );
    return;
  end if;
  v_ranked := array(
    select r
    from :schema.top_visitors(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_limit, v_visitor_days, is_live, v_days
    ) r
  );
  visitors := array(
    select v
    from :schema.analytics_settings s
    cross join lateral :schema.visitors_on_dates(
      p_entity_type, p_entity_id, v_ranked, p_start_date, p_end_date, s.time_zone, is_live
    ) v
    order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
  );
end
$$;`,
  },
  {
    name: "pending_of",
    file: "functions/reading/pending-effects.sql",
    line: 1,
    sql: `-- Live reads: what is pending of one entity, as it would be folded, without storing it.
-- Every read asks the same few things of hardly any rows: they are planned once in a connection.
--
-- page_view_changes --> pending_of --> visitor_day_effects --> the same differences that folding stores

-- How much is pending, since when, and what of it is of this entity or of these sessions? Reading stops one past what a
-- live read takes on (analytics_settings.most_pending_for_live); then no pending change is looked at, and answers are not
-- live.
create or replace function :schema.pending_of(
  p_entity_type text, p_entity_id :entity_id_type, p_session_ids :session_id_type[],
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out takes_away boolean,
  out of_entity :schema.page_view_changes[], out of_sessions :schema.page_view_changes[]
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_most integer;
begin
  -- mostly so, and found out in less time than the rest takes to begin
  if not exists (select from :schema.page_view_changes) then
    is_live := true;
    pending_changes := 0;
    folded_through := now();
    takes_away := false;
    of_entity := '{}';
    of_sessions := '{}';
    return;
  end if;

  v_most := (select s.most_pending_for_live from :schema.analytics_settings s);
  select
    count(*), coalesce(min(c.captured_at), now()), coalesce(bool_or(c.sign < 0), false),
    coalesce(array_agg(
      row(
        c.change_id, c.sign, c.entity_type, c.entity_id, c.account_id, c.session_id, c.viewed_at, c.time_on_page, c.captured_at
      ):::schema.page_view_changes
    ) filter (where c.entity_type = p_entity_type and c.entity_id is not distinct from p_entity_id), '{}'),
    coalesce(array_agg(
      row(
        c.change_id, c.sign, c.entity_type, c.entity_id, c.account_id, c.session_id, c.viewed_at, c.time_on_page, c.captured_at
      ):::schema.page_view_changes
    ) filter (where c.session_id in (select i.session_id from unnest(p_session_ids) i (session_id))), '{}')
  into pending_changes, folded_through, takes_away, of_entity, of_sessions
  from (select q.* from :schema.page_view_changes q limit v_most + 1) c;
  is_live := pending_changes <= v_most;
  if not is_live then
    of_entity := '{}';
    of_sessions := '{}';
  end if;
end
$$;`,
  },
  {
    name: "pending_of_entries",
    file: "functions/reading/pending-effects.sql",
    line: 56,
    sql: `-- What is pending of these sessions, with p_many of all that entered at this entity, and, where views are taken away, of
-- those that lose one and viewed it later, for it may be their first one then? All of each session: what it views
-- elsewhere decides whether it bounced here.
create or replace function :schema.pending_of_entries(
  p_entity_type text, p_entity_id :entity_id_type, p_session_ids :session_id_type[], p_many boolean, p_takes_away boolean
) returns :schema.page_view_changes[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_entering :session_id_type[] := p_session_ids;
  v_pending :session_id_type[];
begin
  if p_many then
    v_pending := array(select c.session_id from :schema.page_view_changes c where c.session_id is not null);
    v_entering := v_entering || array(
      select s.session_id from :schema.visitor_sessions s
      where s.entry_entity_type = p_entity_type and s.entry_entity_id = p_entity_id and s.session_id = any (v_pending)
      union all
      select s.session_id from :schema.visitor_sessions s
      where p_entity_id is null and s.entry_entity_type = p_entity_type and s.entry_entity_id is null
        and s.session_id = any (v_pending)
    );
  end if;
  if p_takes_away then
    v_pending := array(
      select c.session_id from :schema.page_view_changes c where c.sign < 0 and c.session_id is not null
    );
    v_entering := v_entering || array(
      select s.session_id from :schema.visitor_sessions s
      where s.session_id = any (v_pending) and exists (
        select from unnest(s.pages) p
        where p.entity_type = p_entity_type and p.entity_id is not distinct from p_entity_id
      )
    );
  end if;
  if v_entering = '{}' then
    return '{}';
  end if;
  return array(
    select c from :schema.page_view_changes c
    where c.session_id in (select e.session_id from unnest(v_entering) e (session_id))
  );
end
$$;`,
  },
  {
    name: "pending_series_effects",
    file: "functions/reading/pending-effects.sql",
    line: 104,
    sql: `-- What do pending changes add to the series of this entity, on these dates?
-- Runs with the rights of its owner and tells numbers only: so a role that may not see visitors, nor page views, still
-- reads a live series. Nobody may call it who was not granted it.
create or replace function :schema.pending_series_effects(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out effects :schema.series_effect[]
)
language plpgsql stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_nestloop = off
as $$
declare
  -- of how many sessions that entered here something pending is looked for in the queue, and not they in the rollup
  c_few constant integer := 1000;
  v_session_ids :session_id_type[] := array(
    select s.session_id from :schema.sessions_entered_at(p_entity_type, p_entity_id) s
    where exists (select from :schema.page_view_changes)
    limit c_few + 1
  );
  v_many boolean := cardinality(v_session_ids) > c_few;
  v_pending record;
  v_sessions :schema.session_effect[];
  v_days :schema.visitor_day_effect[] := '{}';
  v_counts :schema.view_count_effect[] := '{}';
begin
  effects := '{}';
  if v_many then
    v_session_ids := '{}';
  end if;
  v_pending := :schema.pending_of(p_entity_type, p_entity_id, v_session_ids);
  is_live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := v_pending.folded_through;
  if pending_changes = 0 or not is_live then
    return;
  end if;

  if v_many or v_pending.takes_away or v_pending.of_entity <> '{}' then
    v_pending.of_sessions := :schema.pending_of_entries(
      p_entity_type, p_entity_id,
      v_session_ids || array(select c.session_id from unnest(v_pending.of_entity) c where c.session_id is not null),
      v_many, v_pending.takes_away
    );
  end if;
  if v_pending.of_sessions <> '{}' then
    v_sessions := array(select s from :schema.session_effects(v_pending.of_sessions, false) s);
    v_counts := array(
      select e from :schema.entry_effects(v_sessions) e
      where e.entity_type = p_entity_type and e.entity_id is not distinct from p_entity_id
    );
  end if;
  if v_pending.of_entity <> '{}' then
    v_counts := v_counts || array(select c from :schema.view_count_effects(v_pending.of_entity) c);
    v_days := array(select d from :schema.visitor_day_effects(v_pending.of_entity) d);
  end if;
  if v_counts = '{}' then
    return;
  end if;

  effects := array(
    select row(
      e.date, e.hour, null::date, e.total_views, e.timed_views, e.time_total, e.unique_visitors, e.unique_accounts,
      e.visitors_first_in_week, e.accounts_first_in_week, e.visitors_first_in_month, e.accounts_first_in_month,
      e.visitors_first_in_quarter, e.accounts_first_in_quarter, e.visitors_first_in_year, e.accounts_first_in_year,
      e.entries, e.bounces
    ):::schema.series_effect
    from :schema.aggregate_effects(v_counts, v_days) e
    where e.date between p_start_date and p_end_date
    union all
    select row(
      e.date, null::smallint, e.prev_date, 0, 0, 0::bigint, e.visitors, e.accounts, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    ):::schema.series_effect
    from :schema.return_effects(v_days) e
    where e.prev_date >= p_start_date and e.date <= p_end_date
  );
end
$$;`,
  },
  {
    name: "pending_visitor_days",
    file: "functions/reading/pending-effects.sql",
    line: 185,
    sql: `-- What do pending changes do to the visitor-days of this entity?
create or replace function :schema.pending_visitor_days(
  p_entity_type text, p_entity_id :entity_id_type,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out days :schema.visitor_day_effect[]
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set enable_nestloop = off
as $$
declare
  v_pending record := :schema.pending_of(p_entity_type, p_entity_id, '{}');
begin
  is_live := v_pending.is_live;
  pending_changes := v_pending.pending_changes;
  folded_through := v_pending.folded_through;
  days := '{}';
  if v_pending.of_entity <> '{}' then
    days := array(select d from :schema.visitor_day_effects(v_pending.of_entity) d);
  end if;
end
$$;`,
  },
  {
    name: "visitors_after",
    file: "functions/reading/pending-effects.sql",
    line: 209,
    sql: `-- How are the visitors of these days afterwards? visit_count is 0 for those who are no visitors any more.
create or replace function :schema.visitors_after(p_days :schema.visitor_day_effect[])
returns table (
  is_account boolean, visitor_id :visitor_id_type, visit_count integer, days_visited integer,
  first_visit timestamptz, last_visit timestamptz, avg_time_on_page numeric
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
begin
  if p_days = '{}' then
    return;
  end if;
  return query
  select
    e.is_account, e.visitor_id,
    coalesce(v.visit_count, 0) + e.visit_count, coalesce(v.days_visited, 0) + e.days_visited, e.first_visit, e.last_visit,
    round((coalesce(v.time_total, 0) + e.time_total)::numeric / nullif(coalesce(v.timed_views, 0) + e.timed_views, 0), 2)
  from :schema.visitor_effects(p_days) e
  left join lateral :schema.visitor_at(e.entity_type, e.entity_id, e.is_account, e.visitor_id) v on true;
end
$$;`,
  },
  {
    name: "visitor_days_after",
    file: "functions/reading/pending-effects.sql",
    line: 234,
    sql: `-- Which visitor-days of these dates has the entity, when what p_days says is done?
create or replace function :schema.visitor_days_after(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_days :schema.visitor_day_effect[]
) returns table (
  is_account boolean, visitor_id :visitor_id_type, date date, prev_date date, views integer, timed_views integer,
  time_total bigint, first_view timestamptz, last_view timestamptz
)
language sql stable
begin atomic
  select d.is_account, d.visitor_id, d.date, d.prev_date, d.views, d.timed_views, d.time_total, d.first_view, d.last_view
  from :schema.visitor_days_of(p_entity_type, p_entity_id, p_start_date, p_end_date) d
  where (d.visitor_id, d.is_account, d.date) not in (select e.visitor_id, e.is_account, e.date from unnest(p_days) e)
  union all
  select e.is_account, e.visitor_id, e.date, e.prev_date, e.views, e.timed_views, e.time_total, e.first_view, e.last_view
  from unnest(p_days) e
  where e.views > 0 and e.date between p_start_date and p_end_date;
end;`,
  },
  {
    name: "latest_visits",
    file: "functions/reading/read-functions.sql",
    line: 1,
    sql: `-- What the client is told about visitors, and two questions for SQL and RPC users, answered with the same numbers.

-- Which are the latest page views of each of these visitors? place is that of the visitor. They are between two instants,
-- and on these dates of a time zone, which is NULL when that is all time. Who has an account is found by it, who has none
-- by the session; of the two branches for each one is run.
create or replace function :schema.latest_visits(
  p_entity_type text, p_entity_id :entity_id_type, p_visitors :schema.listed_visitor[], p_from timestamptz,
  p_until timestamptz, p_time_zone text, p_start_date date, p_end_date date, p_limit integer
) returns table (place bigint, viewed_at timestamptz, referrer_url text)
language sql stable
begin atomic
  select u.ordinality, v.viewed_at, v.referrer_url
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_views pv
    where pv.account_id = case when u.is_account then u.visitor_id:::account_id_type end
      and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
      and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.viewed_at desc, pv.referrer_url
    limit p_limit
  ) v
  where u.is_account
  union all
  select u.ordinality, v.viewed_at, v.referrer_url
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_views pv
    where pv.account_id = case when u.is_account then u.visitor_id:::account_id_type end
      and p_entity_id is null and pv.entity_type = p_entity_type and pv.entity_id is null
      and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.viewed_at desc, pv.referrer_url
    limit p_limit
  ) v
  where u.is_account
  union all
  select u.ordinality, v.viewed_at, v.referrer_url
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_views pv
    where pv.session_id = case when not u.is_account then u.visitor_id:::session_id_type end and pv.account_id is null
      and pv.entity_type = p_entity_type and pv.entity_id = p_entity_id
      and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.viewed_at desc, pv.referrer_url
    limit p_limit
  ) v
  where not u.is_account
  union all
  select u.ordinality, v.viewed_at, v.referrer_url
  from unnest(p_visitors) with ordinality u
  cross join lateral (
    select pv.viewed_at, pv.referrer_url from :page_views pv
    where pv.session_id = case when not u.is_account then u.visitor_id:::session_id_type end and pv.account_id is null
      and p_entity_id is null and pv.entity_type = p_entity_type and pv.entity_id is null
      and pv.viewed_at >= p_from and pv.viewed_at < p_until
      and (p_time_zone is null or (pv.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by pv.viewed_at desc, pv.referrer_url
    limit p_limit
  ) v
  where not u.is_account;
end;`,
  },
  {
    name: "named_visitors",
    file: "functions/reading/read-functions.sql",
    line: 65,
    sql: `-- These visitors in their order, each with its account or its session, and with the name of its account. The host's view
-- may call functions of the host's: this is inlined where its search_path holds.
create or replace function :schema.named_visitors(p_visitors :schema.listed_visitor[]) returns table (
  account_id :account_id_type, session_id :session_id_type, username text, display_name text,
  visit_count bigint, days_visited bigint, first_visit timestamptz, last_visit timestamptz, avg_time_on_page numeric,
  place bigint
)
language sql stable
begin atomic
  select distinct on (v.ordinality)
    v.account_id, v.session_id, a.username, a.display_name,
    v.visit_count, v.days_visited, v.first_visit, v.last_visit, v.avg_time_on_page, v.ordinality
  from (
    select
      case when u.is_account then u.visitor_id:::account_id_type end as account_id,
      case when not u.is_account then u.visitor_id:::session_id_type end as session_id,
      u.*
    from unnest(p_visitors) with ordinality u
  ) v
  left join :schema.analytics_accounts a on a.account_id = v.account_id
  order by v.ordinality, a.username, a.display_name;
end;`,
  },
  {
    name: "visitor_columns",
    file: "functions/reading/read-functions.sql",
    line: 88,
    sql: `-- How the client reads visitors: a column each as a JSON array, in their order; instants in UTC with all their digits. Of
-- the latest visits as well, which visit_places gives to their visitors. NULL where there is none.
create or replace function :schema.visitor_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_visitors :schema.listed_visitor[],
  p_start_date date, p_end_date date, p_visits_limit integer,
  out account_ids text, out session_ids text, out visit_counts text, out days_visited text, out first_visits text,
  out last_visits text, out avg_times_on_page text, out visit_places text, out visit_times text, out visit_referrers text
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  -- the index gets a day's margin; outside the years 1 to 9999 nothing is counted
  v_from timestamptz := greatest(
    p_start_date::timestamp at time zone v_time_zone - interval '1 day', timestamptz '0001-01-02 00:00:00+00'
  );
  v_until timestamptz := least(
    p_end_date::timestamp at time zone v_time_zone + interval '2 days', timestamptz '9999-12-31 00:00:00+00'
  );
begin
  select
    json_agg(case when v.is_account then v.visitor_id::text end),
    json_agg(case when not v.is_account then v.visitor_id::text end), json_agg(v.visit_count), json_agg(v.days_visited),
    json_agg(v.first_visit::timestamp), json_agg(v.last_visit::timestamp), json_agg(v.avg_time_on_page)
  into account_ids, session_ids, visit_counts, days_visited, first_visits, last_visits, avg_times_on_page
  from (select u.* from unnest(p_visitors) with ordinality u order by u.ordinality) v;

  if p_start_date = '-infinity' and p_end_date = 'infinity' then
    v_time_zone := null;
  end if;
  select json_agg(v.place), json_agg(v.viewed_at::timestamp), json_agg(v.referrer_url)
  into visit_places, visit_times, visit_referrers
  from (
    select l.* from :schema.latest_visits(
      p_entity_type, p_entity_id, p_visitors, v_from, v_until, v_time_zone, p_start_date, p_end_date, p_visits_limit
    ) l
    order by l.place, l.viewed_at desc, l.referrer_url
  ) v;
end
$$;`,
  },
  {
    name: "visitor_names",
    file: "functions/reading/read-functions.sql",
    line: 133,
    sql: `-- And their names? The client's statement asks, for they are the host's: see named_visitors.
create or replace function :schema.visitor_names(p_visitors :schema.listed_visitor[]) returns table (usernames text, display_names text)
language sql stable
begin atomic
  select json_agg(v.username)::text, json_agg(coalesce(v.display_name, v.username, 'Anonymous'))::text
  from :schema.named_visitors(p_visitors) v;
end;`,
  },
  {
    name: "get_entity_visitors",
    file: "functions/reading/read-functions.sql",
    line: 141,
    sql: `-- Who viewed this entity, and how often? Over all time, or on the dates given; most views first.
create or replace function :schema.get_entity_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date default null, p_end_date date default null,
  p_limit integer default 50
) returns table (
  account_id :account_id_type, session_id :session_id_type, username text, display_name text,
  visit_count bigint, days_visited bigint, first_visit timestamptz, last_visit timestamptz, avg_time_on_page numeric
)
language sql stable
begin atomic
  select
    v.account_id, v.session_id, v.username, coalesce(v.display_name, v.username, 'Anonymous'),
    v.visit_count, v.days_visited, v.first_visit, v.last_visit, v.avg_time_on_page
  from :schema.first_visitors(
    p_entity_type, p_entity_id, coalesce(p_start_date, '-infinity'), coalesce(p_end_date, 'infinity'), p_limit
  ) f
  cross join lateral :schema.named_visitors(f.visitors) v
  order by v.place;
end;`,
  },
  {
    name: "get_time_series_data",
    file: "functions/reading/read-functions.sql",
    line: 161,
    sql: `-- How many viewed this entity, over time? One row per bucket, empty ones included.
create or replace function :schema.get_time_series_data(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text default 'daily'
) returns table (
  date date, hour smallint, total_views bigint, unique_visitors bigint, unique_accounts bigint,
  anonymous_visitors bigint, avg_time_on_page numeric, bounce_rate numeric
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  v_unit text := :schema.period_unit(p_period);
begin
  if p_start_date is null or p_end_date is null then
    raise exception 'p_start_date and p_end_date must both be given' using errcode = 'invalid_parameter_value';
  end if;
  if p_start_date > p_end_date then
    raise exception 'p_start_date (%) is after p_end_date (%)', p_start_date, p_end_date
      using errcode = 'invalid_parameter_value';
  end if;

  return query
  select
    b.date, b.hour, coalesce(s.total_views, 0), coalesce(s.unique_visitors, 0), coalesce(s.unique_accounts, 0),
    coalesce(s.unique_visitors - s.unique_accounts, 0),
    round(s.time_total::numeric / nullif(s.timed_views, 0), 2), round(100.0 * s.bounces / nullif(s.entries, 0), 2)
  from (
    select bucket::date as date, null::smallint as hour, bucket::date - p_start_date as bucket
    from generate_series(
      date_trunc(v_unit, p_start_date::timestamp), p_end_date::timestamp, :schema.unit_length(v_unit)
    ) bucket
    where v_unit <> 'hour'
    union all
    select h.date, h.hour, (h.date - p_start_date) * 24 + h.hour
    from :schema.hours_of(p_start_date, p_end_date) h
    where v_unit = 'hour'
  ) b
  left join (
    select u.*
    from :schema.entity_series(p_entity_type, p_entity_id, p_start_date, p_end_date, p_period) e
    cross join lateral unnest(
      e.buckets, e.total_views, e.timed_views, e.time_total, e.unique_visitors, e.unique_accounts, e.entries, e.bounces
    ) u (bucket, total_views, timed_views, time_total, unique_visitors, unique_accounts, entries, bounces)
  ) s on s.bucket = b.bucket
  order by b.date, b.hour;
end
$$;`,
  },
  {
    name: "period_unit",
    file: "functions/reading/series.sql",
    line: 1,
    sql: `-- How many, over time? The one read of a series: the client asks it, and get_time_series_data for SQL and RPC users.
--
-- In PL/pgSQL, so that a connection plans its statements once: planning took longer than running them.

-- What does date_trunc call a bucket of this period?
create or replace function :schema.period_unit(p_period text) returns text
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_unit text := case p_period
    when 'hourly' then 'hour' when 'daily' then 'day' when 'weekly' then 'week'
    when 'monthly' then 'month' when 'quarterly' then 'quarter' when 'yearly' then 'year'
  end;
begin
  if v_unit is null then
    raise exception 'p_period must be hourly, daily, weekly, monthly, quarterly or yearly, and is %', coalesce(p_period, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  return v_unit;
end
$$;`,
  },
  {
    name: "unit_length",
    file: "functions/reading/series.sql",
    line: 24,
    sql: `-- How long is one?
create or replace function :schema.unit_length(p_unit text) returns interval
language sql immutable
begin atomic
  select case p_unit when 'quarter' then interval '3 months' else ('1 ' || p_unit)::interval end;
end;`,
  },
  {
    name: "hours_of",
    file: "functions/reading/series.sql",
    line: 31,
    sql: `-- Which hours did the clocks of the zone show on these dates? One is skipped and one comes twice each year: the first
-- is none, the second one. A quarter of an hour is the finest step in which clocks are moved.
create or replace function :schema.hours_of(p_start_date date, p_end_date date) returns table (date date, hour smallint)
language sql stable
begin atomic
  select distinct local.time::date, extract(hour from local.time)::smallint
  from :schema.analytics_settings s
  cross join generate_series(
    p_start_date::timestamp at time zone s.time_zone - interval '1 day',
    p_end_date::timestamp at time zone s.time_zone + interval '2 days',
    interval '15 minutes'
  ) instant
  cross join lateral (select instant at time zone s.time_zone as time) local
  where local.time::date between p_start_date and p_end_date;
end;`,
  },
  {
    name: "returned_within",
    file: "functions/reading/series.sql",
    line: 47,
    sql: `-- How many visitors of these dates were there on an earlier one of these dates as well? Unique visitors of a range are
-- the visitors of its days less these. p_effects: what pending changes add.
--
-- Read by whole weeks from the Monday next to p_start_date to the one next to the day after p_end_date. Then each end is
-- put right by days, three at most: by the returns to those between p_start_date and its Monday, and by those on the days
-- between the other two. They are added where the weeks begin too late or end too early, else taken away.
create or replace function :schema.returned_within(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_effects :schema.series_effect[],
  out visitors bigint, out accounts bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_rest date := p_end_date + 1;
  v_first_monday date := :schema.week_of(p_start_date + 3);
  v_last_monday date := :schema.week_of(v_rest + 3);
  v_first_sign integer;
  v_last_sign integer;
begin
  if v_first_monday >= v_last_monday then
    v_first_monday := v_rest;
    v_last_monday := v_rest;
  end if;
  v_first_sign := sign(v_first_monday - p_start_date);
  v_last_sign := sign(v_rest - v_last_monday);

  -- summed where they are read; of each pair one is run
  select coalesce(sum(r.visitors), 0), coalesce(sum(r.accounts), 0)
  into visitors, accounts
  from (
    select sum(w.visitors), sum(w.accounts) from :schema.analytics_visitor_return_weeks w
    where w.entity_type = p_entity_type and w.entity_id = p_entity_id
      and w.week >= v_first_monday and w.week < v_last_monday and w.prev_week >= v_first_monday
    union all
    select sum(w.visitors), sum(w.accounts) from :schema.analytics_visitor_return_weeks w
    where w.entity_type = p_entity_type and p_entity_id is null and w.entity_id is null
      and w.week >= v_first_monday and w.week < v_last_monday and w.prev_week >= v_first_monday
    union all
    select v_first_sign * sum(f.visitors), v_first_sign * sum(f.accounts) from :schema.analytics_visitor_returns f
    where f.entity_type = p_entity_type and f.entity_id = p_entity_id and f.date <= p_end_date
      and f.prev_date >= least(p_start_date, v_first_monday) and f.prev_date < greatest(p_start_date, v_first_monday)
    union all
    select v_first_sign * sum(f.visitors), v_first_sign * sum(f.accounts) from :schema.analytics_visitor_returns f
    where f.entity_type = p_entity_type and p_entity_id is null and f.entity_id is null and f.date <= p_end_date
      and f.prev_date >= least(p_start_date, v_first_monday) and f.prev_date < greatest(p_start_date, v_first_monday)
    union all
    select v_last_sign * sum(l.visitors), v_last_sign * sum(l.accounts) from :schema.analytics_visitor_returns l
    where l.entity_type = p_entity_type and l.entity_id = p_entity_id and l.prev_date >= v_first_monday
      and l.date >= least(v_rest, v_last_monday) and l.date < greatest(v_rest, v_last_monday)
    union all
    select v_last_sign * sum(l.visitors), v_last_sign * sum(l.accounts) from :schema.analytics_visitor_returns l
    where l.entity_type = p_entity_type and p_entity_id is null and l.entity_id is null and l.prev_date >= v_first_monday
      and l.date >= least(v_rest, v_last_monday) and l.date < greatest(v_rest, v_last_monday)
    union all
    select sum(e.unique_visitors), sum(e.unique_accounts) from unnest(p_effects) e
    where e.prev_date >= p_start_date and e.date <= p_end_date
  ) r (visitors, accounts);
end
$$;`,
  },
  {
    name: "series_days",
    file: "functions/reading/series.sql",
    line: 108,
    sql: `-- The days of this entity on these dates, and what pending changes add to them.
create or replace function :schema.series_days(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_effects :schema.series_effect[]
) returns table (
  date date, total_views integer, timed_views integer, time_total bigint, unique_visitors integer, unique_accounts integer,
  visitors_first_in_week integer, accounts_first_in_week integer,
  visitors_first_in_month integer, accounts_first_in_month integer,
  visitors_first_in_quarter integer, accounts_first_in_quarter integer,
  visitors_first_in_year integer, accounts_first_in_year integer, entries integer, bounces integer
)
language sql stable
begin atomic
  select
    a.date, a.total_views, a.timed_views, a.time_total, a.unique_visitors, a.unique_accounts,
    a.visitors_first_in_week, a.accounts_first_in_week, a.visitors_first_in_month, a.accounts_first_in_month,
    a.visitors_first_in_quarter, a.accounts_first_in_quarter, a.visitors_first_in_year, a.accounts_first_in_year,
    a.entries, a.bounces
  from :schema.day_rows_of(p_entity_type, p_entity_id, p_start_date, p_end_date) a
  union all
  select
    e.date, e.total_views, e.timed_views, e.time_total, e.unique_visitors, e.unique_accounts,
    e.visitors_first_in_week, e.accounts_first_in_week, e.visitors_first_in_month, e.accounts_first_in_month,
    e.visitors_first_in_quarter, e.accounts_first_in_quarter, e.visitors_first_in_year, e.accounts_first_in_year,
    e.entries, e.bounces
  from unnest(p_effects) e
  where e.hour is null and e.prev_date is null;
end;`,
  },
  {
    name: "series_hours",
    file: "functions/reading/series.sql",
    line: 136,
    sql: `-- And its hours. An hour is told by how many labels it is after the first midnight, and has one row.
create or replace function :schema.series_hours(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_effects :schema.series_effect[]
) returns table (
  hour integer, total_views bigint, timed_views bigint, time_total bigint,
  unique_visitors bigint, unique_accounts bigint, entries bigint, bounces bigint
)
language sql stable
begin atomic
  select
    (h.date - p_start_date) * 24 + h.hour, sum(h.total_views), sum(h.timed_views), sum(h.time_total)::bigint,
    sum(h.unique_visitors), sum(h.unique_accounts), sum(h.entries), sum(h.bounces)
  from (
    select
      a.date, a.hour, a.total_views, a.timed_views, a.time_total, a.unique_visitors, a.unique_accounts, a.entries, a.bounces
    from :schema.hour_rows_of(p_entity_type, p_entity_id, p_start_date, p_end_date) a
    union all
    select
      e.date, e.hour, e.total_views, e.timed_views, e.time_total, e.unique_visitors, e.unique_accounts, e.entries, e.bounces
    from unnest(p_effects) e
    where e.hour is not null
  ) h
  group by 1;
end;`,
  },
  {
    name: "entity_series",
    file: "functions/reading/series.sql",
    line: 161,
    sql: `-- How many viewed this entity in each bucket that has views, and how many visitors had all dates together?
-- The series in one row: a column has one value per bucket, in the order of buckets, which says how many days (or hours)
-- after p_start_date each begins. It also says how many changes are pending, and whether they are in the answer.
-- Days are grouped by hashing: to sort those of a year takes longer.
create or replace function :schema.entity_series(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text,
  out buckets integer[], out total_views bigint[], out timed_views bigint[], out time_total bigint[],
  out unique_visitors bigint[], out unique_accounts bigint[], out entries bigint[], out bounces bigint[],
  out visitors_of_range bigint, out accounts_of_range bigint,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_sort = off
as $$
#variable_conflict use_column
declare
  v_unit text := :schema.period_unit(p_period);
  -- asked of each day: a comparison of texts would cost as much as what it decides
  v_by_weeks boolean := v_unit = 'week';
  v_by_months boolean := v_unit = 'month';
  v_by_quarters boolean := v_unit = 'quarter';
  v_by_years boolean := v_unit = 'year';
  v_effects :schema.series_effect[];
  v_first_bucket date;
  v_first_end date;
  v_returned record;
  v_returned_first record;
begin
  select p.is_live, p.pending_changes, p.folded_through, p.effects
  into is_live, pending_changes, folded_through, v_effects
  from :schema.pending_series_effects(p_entity_type, p_entity_id, p_start_date, p_end_date) p;
  v_returned := :schema.returned_within(p_entity_type, p_entity_id, p_start_date, p_end_date, v_effects);

  if v_unit = 'day' and v_effects = '{}' then
    -- a day has one row
    select
      array_agg(d.date - p_start_date), array_agg(d.total_views::bigint), array_agg(d.timed_views::bigint),
      array_agg(d.time_total), array_agg(d.unique_visitors::bigint), array_agg(d.unique_accounts::bigint),
      array_agg(d.entries::bigint), array_agg(d.bounces::bigint), sum(d.unique_visitors), sum(d.unique_accounts)
    into
      buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, entries, bounces,
      visitors_of_range, accounts_of_range
    from :schema.day_rows_of(p_entity_type, p_entity_id, p_start_date, p_end_date) d;
  elsif v_unit = 'hour' then
    select sum(d.unique_visitors), sum(d.unique_accounts)
    into visitors_of_range, accounts_of_range
    from :schema.series_days(p_entity_type, p_entity_id, p_start_date, p_end_date, v_effects) d;

    select
      array_agg(h.hour), array_agg(h.total_views), array_agg(h.timed_views), array_agg(h.time_total),
      array_agg(h.unique_visitors), array_agg(h.unique_accounts), array_agg(h.entries), array_agg(h.bounces)
    into buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, entries, bounces
    from :schema.series_hours(p_entity_type, p_entity_id, p_start_date, p_end_date, v_effects) h;
  else
    -- of the first bucket, where the range cuts it: often that is all
    v_first_bucket := date_trunc(v_unit, p_start_date::timestamp);
    v_first_end := v_first_bucket + :schema.unit_length(v_unit) - interval '1 day';
    v_returned_first := v_returned;
    if v_first_bucket < p_start_date and v_first_end < p_end_date then
      v_returned_first := :schema.returned_within(p_entity_type, p_entity_id, p_start_date, v_first_end, v_effects);
    end if;

    select
      array_agg(b.bucket), array_agg(b.total_views), array_agg(b.timed_views), array_agg(b.time_total::bigint),
      array_agg(case when b.bucket < 0 then b.visitors_of_days - v_returned_first.visitors else b.visitors end),
      array_agg(case when b.bucket < 0 then b.accounts_of_days - v_returned_first.accounts else b.accounts end),
      array_agg(b.entries), array_agg(b.bounces), sum(b.visitors_of_days), sum(b.accounts_of_days)
    into
      buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, entries, bounces,
      visitors_of_range, accounts_of_range
    from (
      select
        case
          when v_first_end >= p_end_date then v_first_bucket - p_start_date
          when v_by_weeks then (d.date - v_first_bucket) / 7 * 7 + v_first_bucket - p_start_date
          else date_trunc(v_unit, d.date::timestamp)::date - p_start_date
        end as bucket,
        sum(d.total_views) as total_views, sum(d.timed_views) as timed_views, sum(d.time_total) as time_total,
        sum(d.unique_visitors) as visitors_of_days, sum(d.unique_accounts) as accounts_of_days,
        sum(
          case
            when v_by_weeks then d.visitors_first_in_week when v_by_months then d.visitors_first_in_month
            when v_by_quarters then d.visitors_first_in_quarter when v_by_years then d.visitors_first_in_year
            else d.unique_visitors
          end
        ) as visitors,
        sum(
          case
            when v_by_weeks then d.accounts_first_in_week when v_by_months then d.accounts_first_in_month
            when v_by_quarters then d.accounts_first_in_quarter when v_by_years then d.accounts_first_in_year
            else d.unique_accounts
          end
        ) as accounts,
        sum(d.entries) as entries, sum(d.bounces) as bounces
      from :schema.series_days(p_entity_type, p_entity_id, p_start_date, p_end_date, v_effects) d
      group by 1
    ) b;
  end if;
  visitors_of_range := coalesce(visitors_of_range, 0) - v_returned.visitors;
  accounts_of_range := coalesce(accounts_of_range, 0) - v_returned.accounts;
end
$$;`,
  },
  {
    name: "time_series_columns",
    file: "functions/reading/series.sql",
    line: 266,
    sql: `-- The same as the client reads it: columns as text, which no driver has to take apart, and with what its hours and its
-- unfinished buckets are told by. A function, so that a call has a statement to be planned that says next to nothing.
create or replace function :schema.time_series_columns(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_period text,
  out buckets text, out total_views text, out timed_views text, out time_total text,
  out unique_visitors text, out unique_accounts text, out entries text, out bounces text,
  out visitors_of_range double precision, out accounts_of_range double precision, out hours text, out local_hour text,
  out live boolean, out pending_changes integer, out folded_through text
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  select
    s.buckets, s.total_views, s.timed_views, s.time_total, s.unique_visitors, s.unique_accounts, s.entries, s.bounces,
    s.visitors_of_range, s.accounts_of_range, s.is_live, s.pending_changes,
    to_char(s.folded_through at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    (select to_char(current_timestamp at time zone i.time_zone, 'YYYY-MM-DD HH24') from :schema.analytics_settings i)
  into
    buckets, total_views, timed_views, time_total, unique_visitors, unique_accounts, entries, bounces,
    visitors_of_range, accounts_of_range, live, pending_changes, folded_through, local_hour
  from :schema.entity_series(p_entity_type, p_entity_id, p_start_date, p_end_date, p_period) s;

  if p_period = 'hourly' then
    hours := (
      select json_agg(json_build_array(h.date, h.hour) order by h.date, h.hour)
      from :schema.hours_of(p_start_date, p_end_date) h
    );
  end if;
end
$$;`,
  },
  {
    name: "ranked_visitors",
    file: "functions/reading/visitor-ranking.sql",
    line: 1,
    sql: `-- Who came most often? In PL/pgSQL, so that a connection plans it once.

-- Who came most often on some dates, found without counting everybody.
--
-- A visitor cannot have come more often on these dates than ever. So the ranking of all time is walked from the top,
-- its visitors are counted on the dates, and the walk ends when nobody further down can be among the first.

-- Who came more than once ever, from the p_skip'th on? In the order of the ranking index.
create or replace function :schema.ranked_visitors(p_entity_type text, p_entity_id :entity_id_type, p_skip integer, p_limit bigint)
returns setof :schema.analytics_visitors
language sql stable
begin atomic
  (
    select v.* from :schema.analytics_visitors v
    where v.entity_type = p_entity_type and v.entity_id = p_entity_id and v.visit_count > 1
    order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
    offset p_skip limit p_limit
  )
  union all
  (
    select v.* from :schema.analytics_visitors v
    where p_entity_id is null and v.entity_type = p_entity_type and v.entity_id is null and v.visit_count > 1
    order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
    offset p_skip limit p_limit
  );
end;`,
  },
  {
    name: "walk_to_top_visitors",
    file: "functions/reading/visitor-ranking.sql",
    line: 28,
    sql: `-- The first p_limit visitors of these dates, in raw page views and so with all that is pending. p_visitor_days: how many
-- the dates have. p_touched: those whom pending changes touch, for their place in the ranking of all time is not known yet.
-- Finds nobody in a ranking so flat that it would not end before all visitor-days are counted, and for more visitors than
-- a page has.
create or replace function :schema.walk_to_top_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  p_visitor_days bigint, p_touched :schema.visitor_day_effect[]
) returns setof :schema.ranked_visitor
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  -- to count a visitor in raw costs about as much as counting fifty visitor-days
  c_visitor_days_of_one constant integer := 50;
  c_longest_page constant integer := 2000;
  v_time_zone text := (select s.time_zone from :schema.analytics_settings s);
  v_furthest integer := p_visitor_days / c_visitor_days_of_one;
  v_walked integer := 0;
  v_step integer;
  v_candidates :schema.ranked_visitor[];
  v_found :schema.ranked_visitor[] := '{}';
  -- how often the next one came over all time
  v_next integer;
begin
  if p_limit is null or p_limit not between 1 and c_longest_page then
    return;
  end if;
  v_step := 4 * p_limit;

  v_candidates := array(
    select distinct row(t.is_account, t.visitor_id, null::bigint, null::timestamptz):::schema.ranked_visitor
    from unnest(p_touched) t
  );
  loop
    v_candidates := v_candidates || array(
      select row(v.is_account, v.visitor_id, null::bigint, null::timestamptz):::schema.ranked_visitor
      from :schema.ranked_visitors(p_entity_type, p_entity_id, v_walked, v_step) v
      where (v.visitor_id, v.is_account) not in (select t.visitor_id, t.is_account from unnest(p_touched) t)
    );
    v_found := array(
      select row(f.is_account, f.visitor_id, f.visit_count, f.last_visit):::schema.ranked_visitor
      from (
        select f.is_account, f.visitor_id, f.visit_count, f.last_visit from unnest(v_found) f
        union all
        select c.is_account, c.visitor_id, counted.visit_count, counted.last_visit
        from unnest(v_candidates) c
        cross join lateral (
          select count(*) as visit_count, max(pv.viewed_at) as last_visit
          from :schema.page_views_of_visitor(
            p_entity_type, p_entity_id, c.is_account, c.visitor_id, p_start_date, p_end_date, v_time_zone
          ) pv
        ) counted
        where counted.visit_count > 0
      ) f
      order by f.visit_count desc, f.last_visit desc, f.is_account, f.visitor_id
      limit p_limit
    );
    v_walked := v_walked + v_step;
    v_next := (select v.visit_count from :schema.ranked_visitors(p_entity_type, p_entity_id, v_walked, 1) v);
    -- who came once is not in the ranking
    exit when coalesce(v_next, 1) < (v_found[p_limit]).visit_count;
    if v_next is null or v_walked > v_furthest then
      return;
    end if;
    if v_walked = v_step then
      -- where it would be given up, do they still come more often over all time than the last one found on these dates?
      v_next := (select v.visit_count from :schema.ranked_visitors(p_entity_type, p_entity_id, v_furthest, 1) v);
      if v_next > coalesce((v_found[p_limit]).visit_count, 0) then
        return;
      end if;
    end if;
    v_step := v_walked;
    v_candidates := '{}';
  end loop;
  return query select f.is_account, f.visitor_id, f.visit_count, f.last_visit from unnest(v_found) f;
end
$$;`,
  },
  {
    name: "top_returning_visitors",
    file: "functions/reading/visitor-ranking.sql",
    line: 107,
    sql: `-- Who came more than once on these dates? The first p_limit, most views first.
-- Of most visitors a range has one visitor-day with one view, their first one there. Those are left out unread: whoever
-- came again is known by another day, which follows one in the range, and counts one more when the first was left out.
create or replace function :schema.top_returning_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  p_touched :schema.visitor_day_effect[]
) returns setof :schema.ranked_visitor
language sql stable
begin atomic
  select v.is_account, v.visitor_id, v.visit_count, v.last_visit
  from (
    select
      d.is_account, d.visitor_id,
      sum(d.views) + (not bool_or(coalesce(d.prev_date < p_start_date, true)))::integer as visit_count,
      max(d.last_view) as last_visit
    from :schema.visitor_days_after(p_entity_type, p_entity_id, p_start_date, p_end_date, p_touched) d
    where d.views > 1 or d.prev_date >= p_start_date
    group by d.is_account, d.visitor_id
  ) v
  order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
  limit p_limit;
end;`,
  },
  {
    name: "top_visitors",
    file: "functions/reading/visitor-ranking.sql",
    line: 130,
    sql: `-- Who came most often on these dates? The first p_limit, most views first. p_visitor_days: how many the dates have.
-- Grouped by hashing, however few visitor-days a plan for all entities expects: to sort those of a big one takes twice as
-- long.
create or replace function :schema.top_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date, p_limit integer,
  p_visitor_days bigint, p_is_live boolean, p_touched :schema.visitor_day_effect[]
) returns setof :schema.ranked_visitor
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
set work_mem = '64MB'
set enable_sort = off
as $$
declare
  -- fewer are counted sooner than the ranking is walked
  c_many constant integer := 60000;
  v_found :schema.ranked_visitor[] := '{}';
begin
  if p_is_live and p_visitor_days >= c_many then
    v_found := array(
      select w
      from :schema.walk_to_top_visitors(
        p_entity_type, p_entity_id, p_start_date, p_end_date, p_limit, p_visitor_days, p_touched
      ) w
    );
  end if;
  if v_found = '{}' and p_limit is not null then
    v_found := array(
      select r
      from :schema.top_returning_visitors(p_entity_type, p_entity_id, p_start_date, p_end_date, p_limit, p_touched) r
    );
  end if;
  if cardinality(v_found) = p_limit then
    return query select f.* from unnest(v_found) f;
    return;
  end if;
  return query
  select v.is_account, v.visitor_id, v.visit_count, v.last_visit
  from (
    select d.is_account, d.visitor_id, sum(d.views) as visit_count, max(d.last_view) as last_visit
    from :schema.visitor_days_after(p_entity_type, p_entity_id, p_start_date, p_end_date, p_touched) d
    group by d.is_account, d.visitor_id
  ) v
  order by v.visit_count desc, v.last_visit desc, v.is_account, v.visitor_id
  limit p_limit;
end
$$;`,
  },
  {
    name: "rebuild_sessions",
    file: "functions/rebuilding/rebuild-sessions.sql",
    line: 1,
    sql: `-- Rebuilding sessions: what they are, from all of their raw page views, whatever was stored of them.

-- Recompute these sessions and those of p_covered, which are pending changes that have just been taken out of the queue.
-- Returns entries and bounces: all that there are now of p_entities on these dates, whose rows are to be replaced, and
-- elsewhere what the covered changes add and take away.
create or replace function :schema.rebuild_sessions(
  p_session_ids :session_id_type[], p_covered :schema.page_view_changes[],
  p_entities :schema.entity_key[], p_start_date date, p_end_date date
) returns :schema.view_count_effect[]
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
set enable_nestloop = off
as $$
declare
  v_covered_ids :session_id_type[] := array(select c.session_id from unnest(p_covered) c where c.session_id is not null);
  v_sessions :schema.session_effect[];
begin
  v_sessions := array(
    with
    touched as (
      select t.session_id, bool_or(t.is_covered) as is_covered
      from (
        select i.session_id, false as is_covered from unnest(p_session_ids) i (session_id)
        union all
        select c.session_id, true from unnest(p_covered) c
      ) t
      where t.session_id is not null
      group by t.session_id
    ),
    -- in raw, less what is still pending; and as that was before the covered changes
    views as (
      select
        v.session_id, v.entity_type, v.entity_id, v.viewed_at, v.account_id,
        sum(v.views)::integer as views, coalesce(sum(v.views * v.time_on_page), 0)::bigint as time_total,
        sum(v.before_views)::integer as before_views, coalesce(sum(v.before_views * v.time_on_page), 0)::bigint as before_time_total
      from (
        select
          t.session_id, v.entity_type, v.entity_id, v.viewed_at, v.account_id, v.time_on_page,
          1 as views, t.is_covered::integer as before_views
        from touched t
        cross join lateral :schema.page_views_of_session(t.session_id) v
        union all
        select
          t.session_id, q.entity_type, q.entity_id, q.viewed_at, q.account_id, q.time_on_page,
          -q.sign, -q.sign * t.is_covered::integer
        from touched t
        join :schema.page_view_changes q on q.session_id = t.session_id
        union all
        select c.session_id, c.entity_type, c.entity_id, c.viewed_at, c.account_id, c.time_on_page, 0, -c.sign
        from unnest(p_covered) c
        where c.session_id is not null
      ) v
      group by v.session_id, v.entity_type, v.entity_id, v.viewed_at, v.account_id
    ),
    pages as (
      select
        v.session_id, v.entity_type, v.entity_id, sum(v.views)::integer as views, sum(v.time_total)::bigint as time_total,
        min(v.viewed_at) as first_seen, max(v.viewed_at) as last_seen
      from views v
      where v.views > 0
      group by v.session_id, v.entity_type, v.entity_id
    ),
    after as (
      select
        p.session_id, sum(p.views)::integer as views, sum(p.time_total)::bigint as time_total,
        min(p.first_seen) as first_seen, max(p.last_seen) as last_seen,
        array_agg(
          row(p.entity_type, p.entity_id, p.views):::schema.session_page
          order by p.first_seen, p.entity_type, p.entity_id nulls first
        ) as pages
      from pages p
      group by p.session_id
    ),
    accounts as (
      select
        v.session_id, max(v.viewed_at) as account_seen,
        (array_agg(v.account_id order by v.viewed_at desc, v.account_id desc))[1] as account_id
      from views v
      where v.views > 0 and v.account_id is not null
      group by v.session_id
    ),
    before as (
      select
        v.session_id, sum(v.before_views)::integer as views, sum(v.before_time_total)::bigint as time_total,
        min(v.viewed_at) as first_seen,
        (array_agg(
          row(v.entity_type, v.entity_id, v.before_views):::schema.session_page
          order by v.viewed_at, v.entity_type, v.entity_id nulls first
        ))[1] as entry
      from views v
      where v.before_views > 0
      group by v.session_id
    )
    select row(
      t.session_id,
      coalesce(b.views, 0), coalesce(b.time_total, 0), b.first_seen, (b.entry).entity_type, (b.entry).entity_id,
      coalesce(a.views, 0), coalesce(a.time_total, 0), a.first_seen, a.last_seen,
      (a.pages[1]).entity_type, (a.pages[1]).entity_id, c.account_id, c.account_seen,
      cardinality(a.pages), case when cardinality(a.pages) > 1 then a.pages end
    ):::schema.session_effect
    from touched t
    left join after a on a.session_id = t.session_id
    left join accounts c on c.session_id = t.session_id
    left join before b on b.session_id = t.session_id
  );
  perform :schema.store_sessions(v_sessions);

  return array(
    select row(
      e.entity_type, e.entity_id, e.date, e.hour, e.views, e.timed_views, e.time_total, e.entries, e.bounces
    ):::schema.view_count_effect
    from (
      select d.*, false as is_total
      from :schema.entry_effects(array(select s from unnest(v_sessions) s where s.session_id = any (v_covered_ids))) d
      union all
      select t.*, true
      from :schema.entry_effects(array(
        select row(
          s.session_id, 0, 0, null, null, null, s.views, s.time_total, s.first_seen, s.last_seen,
          s.entry_entity_type, s.entry_entity_id, s.account_id, s.account_seen, s.unique_pages, null
        ):::schema.session_effect
        from unnest(v_sessions) s
      )) t
    ) e
    left join unnest(p_entities) k
      on k.entity_type = e.entity_type
      and coalesce(k.entity_id::text, '') = coalesce(e.entity_id::text, '')
      and k.entity_id is not distinct from e.entity_id
    where e.is_total = (k.entity_type is not null and e.date between p_start_date and p_end_date)
  );
end
$$;`,
  },
  {
    name: "rebuild_lost_sessions",
    file: "functions/rebuilding/rebuild-sessions.sql",
    line: 137,
    sql: `-- Of the next p_limit sessions after p_after that began on these dates: recompute those that no page view is left of, which
-- no entity's rebuild comes across. Returns where to go on, NULL when there are no more.
create or replace function :schema.rebuild_lost_sessions(
  p_after :session_id_type, p_start_date date, p_end_date date, p_time_zone text, p_limit integer
) returns :session_id_type
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set enable_nestloop = off
as $$
declare
  v_ids :session_id_type[];
  v_lost :session_id_type[];
begin
  v_ids := array(
    select s.session_id from :schema.visitor_sessions s
    where (p_after is null or s.session_id > p_after) and s.total_views <> 0
      and (s.first_seen is null or (s.first_seen at time zone p_time_zone)::date between p_start_date and p_end_date)
    order by s.session_id
    limit p_limit
  );
  v_lost := array(
    select i.session_id from unnest(v_ids) i (session_id)
    where not exists (select from :schema.page_views_of_session(i.session_id))
  );
  if v_lost <> '{}' then
    perform :schema.rebuild_sessions(v_lost, '{}', '{}', '-infinity', 'infinity');
  end if;
  return case when cardinality(v_ids) = p_limit then v_ids[p_limit] end;
end
$$;`,
  },
  {
    name: "rolled_up_entities",
    file: "functions/rebuilding/rebuild-steps.sql",
    line: 1,
    sql: `-- Going through all entities, in the order of their index, a bounded number of page views in each step.

-- Which entities have rows in the rollups? As often as they have rows.
create or replace function :schema.rolled_up_entities() returns setof :schema.entity_key
language sql stable
begin atomic
  select a.entity_type, a.entity_id from :schema.analytics_aggregates a
  union all
  select d.entity_type, d.entity_id from :schema.analytics_visitor_days d
  union all
  select v.entity_type, v.entity_id from :schema.analytics_visitors v
  union all
  select r.entity_type, r.entity_id from :schema.analytics_visitor_returns r
  union all
  select w.entity_type, w.entity_id from :schema.analytics_visitor_return_weeks w;
end;`,
  },
  {
    name: "next_entity",
    file: "functions/rebuilding/rebuild-steps.sql",
    line: 18,
    sql: `-- Which entity comes next, in page views or in rollups? An entity_type's views without entity come last.
create or replace function :schema.next_entity(p_entity_type text, p_entity_id :entity_id_type) returns setof :schema.entity_key
language sql stable
begin atomic
  select c.entity_type::text, c.entity_id:::entity_id_type
  from (
    (select pv.entity_type, pv.entity_id from :page_views pv
      where pv.entity_type = p_entity_type and pv.entity_id > p_entity_id
      order by pv.entity_id limit 1)
    union all
    (select pv.entity_type, pv.entity_id from :page_views pv
      where p_entity_id is not null and pv.entity_type = p_entity_type and pv.entity_id is null limit 1)
    union all
    (select pv.entity_type, pv.entity_id from :page_views pv
      where pv.entity_type > p_entity_type
      order by pv.entity_type, pv.entity_id limit 1)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r
      where r.entity_type = p_entity_type and r.entity_id > p_entity_id
      order by r.entity_type, r.entity_id limit 1)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r
      where p_entity_id is not null and r.entity_type = p_entity_type and r.entity_id is null limit 1)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r
      where r.entity_type > p_entity_type
      order by r.entity_type, r.entity_id limit 1)
  ) c
  order by c.entity_type, c.entity_id nulls last
  limit 1;
end;`,
  },
  {
    name: "first_entity",
    file: "functions/rebuilding/rebuild-steps.sql",
    line: 50,
    sql: `-- Which is the first?
create or replace function :schema.first_entity() returns setof :schema.entity_key
language sql stable
begin atomic
  select c.entity_type::text, c.entity_id:::entity_id_type
  from (
    (select pv.entity_type, pv.entity_id from :page_views pv order by pv.entity_type, pv.entity_id limit 1)
    union all
    (select r.entity_type, r.entity_id from :schema.rolled_up_entities() r order by r.entity_type, r.entity_id limit 1)
  ) c
  where c.entity_type is not null
  order by c.entity_type, c.entity_id nulls last
  limit 1;
end;`,
  },
  {
    name: "entities_from",
    file: "functions/rebuilding/rebuild-steps.sql",
    line: 65,
    sql: `-- Which entities, from this one on, have together about p_limit page views on these dates, and each how many?
-- Counting stops at p_limit + 1: more than a step may take is as good as any number. An entity without any counts
-- for one, so that a step is bounded in entities as well.
create or replace function :schema.entities_from(
  p_from :schema.entity_key, p_start_date date, p_end_date date, p_time_zone text, p_limit integer
) returns table (nth integer, entity :schema.entity_key, page_views bigint, sum_of_page_views bigint)
language sql stable
begin atomic
  with recursive listed as (
    select 1 as nth, p_from as entity, c.page_views, greatest(c.page_views, 1) as sum_of_page_views
    from (
      select count(*) as page_views from (
        select from :schema.page_views_of((p_from).entity_type, (p_from).entity_id, p_start_date, p_end_date, p_time_zone)
        limit p_limit + 1
      ) v
    ) c
    union all
    select l.nth + 1, row(n.entity_type, n.entity_id):::schema.entity_key, c.page_views, l.sum_of_page_views + greatest(c.page_views, 1)
    from listed l
    cross join lateral :schema.next_entity((l.entity).entity_type, (l.entity).entity_id) n
    cross join lateral (
      select count(*) as page_views from (
        select from :schema.page_views_of(n.entity_type, n.entity_id, p_start_date, p_end_date, p_time_zone)
        limit p_limit + 1
      ) v
    ) c
    where l.sum_of_page_views < p_limit and l.nth < 10000
  )
  select l.nth, l.entity, l.page_views, l.sum_of_page_views from listed l;
end;`,
  },
  {
    name: "rebuild_page_views_step",
    file: "functions/rebuilding/rebuild-steps.sql",
    line: 96,
    sql: `-- One step of a rebuild: entities that follow p_after with together about p_limit page views, or the next dates
-- of one that has more. Returns the views read and where to go on; done when there is nothing after it.
create or replace function :schema.rebuild_page_views_step(
  p_start_date date, p_end_date date, p_after jsonb default null, p_limit integer default 100000
) returns table (page_views bigint, done boolean, after jsonb)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
as $$
declare
  v_time_zone text;
  v_history_complete boolean;
  v_entities :schema.entity_key[];
  v_entity :schema.entity_key;
  v_first date := coalesce(p_start_date, '-infinity');
  v_last date := coalesce(p_end_date, 'infinity');
  v_from date := v_first;
  v_to date := v_last;
  v_views bigint;
  v_session_id :session_id_type;
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;

  lock table :page_views in access share mode;
  select s.time_zone, s.history_complete into strict v_time_zone, v_history_complete
  from :schema.analytics_settings s for no key update;
  if not v_history_complete then
    raise exception 'the page views from before the installation are not in the rollups yet'
      using errcode = 'object_not_in_prerequisite_state', hint = 'Run: npx @headcount/migrations up';
  end if;

  if p_after ? 'session_id' then
    v_entity := null;
  elsif p_after is null then
    select f.entity_type, f.entity_id into v_entity from :schema.first_entity() f;
  else
    v_entity := row(p_after ->> 'entity_type', p_after ->> 'entity_id'):::schema.entity_key;
    if p_after ->> 'date' is null then
      select n.entity_type, n.entity_id into v_entity from :schema.next_entity(v_entity.entity_type, v_entity.entity_id) n;
    else
      v_from := (p_after ->> 'date')::date + 1;
    end if;
  end if;

  if v_entity.entity_type is null then
    -- behind the last entity: the sessions that no view is left of
    v_session_id := :schema.rebuild_lost_sessions(
      (p_after ->> 'session_id'):::session_id_type, v_first, v_last, v_time_zone, p_limit
    );
    return query select 0::bigint, v_session_id is null, case when v_session_id is not null then
      coalesce(p_after, '{"entity_type": "", "entity_id": null}') || jsonb_build_object('session_id', v_session_id)
    end;
    return;
  end if;

  -- The first entity in any case; those after it as long as the step stays within its limit.
  select array_agg(l.entity order by l.nth), max(l.page_views) into v_entities, v_views
  from :schema.entities_from(v_entity, v_from, v_to, v_time_zone, p_limit) l
  where l.nth = 1 or (v_from = v_first and l.sum_of_page_views <= p_limit);

  if v_views > p_limit then
    select greatest(v_from, max(v.local_time)::date - 1) into v_to
    from (
      select v.local_time
      from :schema.page_views_of(v_entity.entity_type, v_entity.entity_id, v_from, v_to, v_time_zone) v
      order by v.viewed_at limit p_limit
    ) v;
  end if;

  v_views := :schema.rebuild_entities(v_entities, v_from, v_to, v_time_zone);
  v_entity := v_entities[cardinality(v_entities)];

  -- All that there is of them was read.
  if v_to = v_last then
    perform :schema.rebuild_visitors(array(
      select e
      from unnest(v_entities) e
      where not exists (select from :schema.visitor_days_of(e.entity_type, e.entity_id, '-infinity', v_first - 1))
        and not exists (select from :schema.visitor_days_of(e.entity_type, e.entity_id, v_last + 1, 'infinity'))
    ));
  end if;

  return query select v_views, false, jsonb_build_object(
    'entity_type', v_entity.entity_type,
    'entity_id', v_entity.entity_id,
    'date', case when v_to < v_last then v_to end
  );
end
$$;`,
  },
  {
    name: "aggregate_page_views",
    file: "functions/rebuilding/rebuild-steps.sql",
    line: 191,
    sql: `-- Recompute the rollups of these dates (NULL: no bound) from raw page views, in one transaction.
-- Returns how many page views were read. On a large table prefer the client or the CLI: they commit every step.
create or replace function :schema.aggregate_page_views(p_start_date date, p_end_date date) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_step record;
  v_after jsonb;
  v_views bigint := 0;
begin
  if p_start_date > p_end_date then
    raise exception 'p_start_date (%) is after p_end_date (%)', p_start_date, p_end_date
      using errcode = 'invalid_parameter_value';
  end if;
  loop
    select s.* into v_step from :schema.rebuild_page_views_step(p_start_date, p_end_date, v_after) s;
    v_views := v_views + v_step.page_views;
    exit when v_step.done;
    v_after := v_step.after;
  end loop;
  return v_views;
end
$$;`,
  },
  {
    name: "nearest_visitor_days",
    file: "functions/rebuilding/rebuild.sql",
    line: 1,
    sql: `-- Rebuilding: recompute the rollups of some entities on some dates from raw page views, while views arrive.
-- It reads one snapshot, and in that same snapshot takes the pending changes that it covers out of the queue.

-- For the visitors of these days: what is their nearest stored day before p_start_date, and after p_end_date?
-- Looked for among all that is stored for the entity, for a rebuild trusts no link.
create or replace function :schema.nearest_visitor_days(
  p_days :schema.visitor_day_effect[], p_entities :schema.entity_key[], p_start_date date, p_end_date date
) returns :schema.visitor_day_effect[]
language sql stable
begin atomic
  select array(
    select row(
      n.entity_type, n.entity_id, n.is_account, n.visitor_id, n.date,
      n.views, n.timed_views, n.hours_seen, n.time_total, n.first_view, n.last_view, n.prev_date,
      n.views, n.timed_views, n.hours_seen, n.time_total, n.first_view, n.last_view, n.prev_date,
      null::timestamptz, null::timestamptz
    ):::schema.visitor_day_effect
    from (
      select
        d.entity_type, d.entity_id, d.is_account, d.visitor_id,
        max(d.date) filter (where d.date < p_start_date) as before_date,
        min(d.date) filter (where d.date > p_end_date) as after_date
      from (
        select d.entity_type, d.entity_id, d.is_account, d.visitor_id, null::date as date
        from unnest(p_days) d
        union all
        select d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date
        from unnest(p_entities) e
        cross join lateral :schema.visitor_days_of(e.entity_type, e.entity_id, '-infinity', p_start_date - 1) d
        union all
        select d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date
        from unnest(p_entities) e
        cross join lateral :schema.visitor_days_of(e.entity_type, e.entity_id, p_end_date + 1, 'infinity') d
      ) d
      group by d.entity_type, d.entity_id, d.is_account, d.visitor_id
      having bool_or(d.date is null)
    ) v
    cross join lateral (values (v.before_date), (v.after_date)) nearest (date)
    cross join lateral :schema.visitor_day_at(v.entity_type, v.entity_id, v.is_account, v.visitor_id, nearest.date) n
  );
end;`,
  },
  {
    name: "link_all_visitor_days",
    file: "functions/rebuilding/rebuild.sql",
    line: 43,
    sql: `-- Given every day that these visitors have: which is the nearest earlier day of each?
create or replace function :schema.link_all_visitor_days(p_days :schema.visitor_day_effect[]) returns :schema.visitor_day_effect[]
language sql immutable
begin atomic
  select array(
    select row(
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date,
      d.before_views, d.before_timed_views, d.before_hours_seen, d.before_time_total,
      d.before_first_view, d.before_last_view, d.before_prev_date,
      d.views, d.timed_views, d.hours_seen, d.time_total, d.first_view, d.last_view,
      case when d.views > 0 then max(d.date) filter (where d.views > 0) over earlier_days end,
      null::timestamptz, null::timestamptz
    ):::schema.visitor_day_effect
    from unnest(p_days) d
    window earlier_days as (
      partition by d.entity_type, d.entity_id, d.is_account, d.visitor_id
      order by d.date rows between unbounded preceding and 1 preceding
    )
  );
end;`,
  },
  {
    name: "rebuild_return_weeks",
    file: "functions/rebuilding/rebuild.sql",
    line: 64,
    sql: `-- Make the weeks of returns what the returns of their days say.
create or replace function :schema.rebuild_return_weeks(p_entities :schema.entity_key[], p_start_week date, p_end_week date) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set enable_nestloop = off
as $$
declare
  v_replaced tid[];
begin
  v_replaced := array(
    select p.place
    from unnest(p_entities) e
    cross join lateral :schema.return_week_places(e.entity_type, e.entity_id, p_start_week, p_end_week) p
  );
  delete from :schema.analytics_visitor_return_weeks where ctid = any (v_replaced);
  insert into :schema.analytics_visitor_return_weeks (entity_type, entity_id, week, prev_week, visitors, accounts)
  select
    r.entity_type, r.entity_id, :schema.week_of(r.date), :schema.week_of(r.prev_date), sum(r.visitors), sum(r.accounts)
  from unnest(p_entities) e
  cross join lateral :schema.returns_of(e.entity_type, e.entity_id, p_start_week, p_end_week + 6) r
  group by 1, 2, 3, 4;
end
$$;`,
  },
  {
    name: "rebuild_entities",
    file: "functions/rebuilding/rebuild.sql",
    line: 90,
    sql: `-- Recompute these entities on these dates. Returns how many page views were read.
create or replace function :schema.rebuild_entities(
  p_entities :schema.entity_key[], p_start_date date, p_end_date date, p_time_zone text
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
set enable_nestloop = off
as $$
declare
  v_hours :schema.visitor_hour[];
  v_session_ids :session_id_type[];
  v_covered :schema.page_view_changes[];
  v_days :schema.visitor_day_effect[];
  v_counts :schema.view_count_effect[];
  v_replaced tid[];
begin
  -- What is there, and which pending changes does that cover? One statement, for it must be one snapshot.
  with covered as (
    delete from :schema.page_view_changes q
    using unnest(p_entities) e
    where q.entity_type = e.entity_type
      and coalesce(q.entity_id::text, '') = coalesce(e.entity_id::text, '')
      and q.entity_id is not distinct from e.entity_id
      and (q.viewed_at at time zone p_time_zone)::date between p_start_date and p_end_date
    returning q as change
  ),
  views as (
    select e.entity_type, e.entity_id, v.account_id, v.session_id, v.viewed_at, v.local_time, v.time_on_page
    from unnest(p_entities) e
    cross join lateral :schema.page_views_of(e.entity_type, e.entity_id, p_start_date, p_end_date, p_time_zone) v
  )
  select
    array(
      select row(
        v.entity_type, v.entity_id, v.account_id is not null,
        coalesce(v.account_id:::visitor_id_type, v.session_id:::visitor_id_type),
        v.local_time::date, extract(hour from v.local_time)::smallint,
        count(*)::integer, count(v.time_on_page)::integer, coalesce(sum(v.time_on_page), 0)::bigint,
        min(v.viewed_at), max(v.viewed_at)
      ):::schema.visitor_hour
      from views v
      group by
        v.entity_type, v.entity_id, v.account_id is not null,
        coalesce(v.account_id:::visitor_id_type, v.session_id:::visitor_id_type),
        v.local_time::date, extract(hour from v.local_time)
    ),
    array(select distinct v.session_id from views v where v.session_id is not null),
    array(select c.change from covered c where (c.change).session_id is not null)
  into v_hours, v_session_ids, v_covered;

  v_counts := array(
    select row(
      h.entity_type, h.entity_id, h.date, h.hour, sum(h.views)::integer, sum(h.timed_views)::integer, sum(h.time_total)::bigint,
      0, 0
    ):::schema.view_count_effect
    from unnest(v_hours) h
    group by h.entity_type, h.entity_id, h.date, h.hour
  ) || :schema.rebuild_sessions(v_session_ids, v_covered, p_entities, p_start_date, p_end_date);

  -- Every visitor-day of these dates, as stored and as it is.
  v_days := array(
    select row(
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date,
      coalesce(max(d.before_views), 0), coalesce(max(d.before_timed_views), 0), coalesce(max(d.before_hours_seen), 0),
      coalesce(max(d.before_time_total), 0), max(d.before_first_view), max(d.before_last_view), max(d.before_prev_date),
      coalesce(sum(d.views), 0)::integer, coalesce(sum(d.timed_views), 0)::integer,
      coalesce(bit_or(1 << d.hour), 0)::integer, coalesce(sum(d.time_total), 0)::bigint,
      min(d.first_view), max(d.last_view), null::date, null::timestamptz, null::timestamptz
    ):::schema.visitor_day_effect
    from (
      select
        h.entity_type, h.entity_id, h.is_account, h.visitor_id, h.date, h.hour,
        h.views, h.timed_views, h.time_total, h.first_view, h.last_view,
        null::integer as before_views, null::integer as before_timed_views, null::integer as before_hours_seen,
        null::bigint as before_time_total, null::timestamptz as before_first_view,
        null::timestamptz as before_last_view, null::date as before_prev_date
      from unnest(v_hours) h
      where h.visitor_id is not null
      union all
      select
        s.entity_type, s.entity_id, s.is_account, s.visitor_id, s.date, null, null, null, null, null, null,
        s.views, s.timed_views, s.hours_seen, s.time_total, s.first_view, s.last_view, s.prev_date
      from unnest(p_entities) e
      cross join lateral :schema.visitor_days_of(e.entity_type, e.entity_id, p_start_date, p_end_date) s
    ) d
    group by d.entity_type, d.entity_id, d.is_account, d.visitor_id, d.date
  );
  if p_start_date = '-infinity' and p_end_date = 'infinity' then
    v_days := :schema.link_all_visitor_days(v_days);
  else
    v_days := v_days || :schema.nearest_visitor_days(v_days, p_entities, p_start_date, p_end_date);
    v_days := array(select d from :schema.link_visitor_days(v_days, p_start_date) d);
  end if;

  v_replaced := array(
    select p.place
    from unnest(p_entities) e
    cross join lateral :schema.aggregate_places(e.entity_type, e.entity_id, p_start_date, p_end_date) p
  );
  delete from :schema.analytics_aggregates where ctid = any (v_replaced);
  v_replaced := array(
    select p.place
    from unnest(p_entities) e
    cross join lateral :schema.return_places(e.entity_type, e.entity_id, p_start_date, p_end_date) p
  );
  delete from :schema.analytics_visitor_returns where ctid = any (v_replaced);

  perform :schema.apply_effects(v_counts, v_days, daterange(p_start_date, p_end_date, '[]'));
  perform :schema.rebuild_return_weeks(p_entities, :schema.week_of(p_start_date), :schema.week_of(p_end_date));
  return (select coalesce(sum(c.views), 0) from unnest(v_counts) c);
end
$$;`,
  },
  {
    name: "rebuild_visitors",
    file: "functions/rebuilding/rebuild.sql",
    line: 206,
    sql: `-- Make the visitors of these entities what their visitor-days say. After a rebuild of all their dates that is
-- already so, unless somebody changed the table by hand.
create or replace function :schema.rebuild_visitors(p_entities :schema.entity_key[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '64MB'
set enable_nestloop = off
as $$
declare
  v_emptied tid[];
begin
  with
  compared as (
    select
      v.entity_type, v.entity_id, v.is_account, v.visitor_id, true as is_stored,
      v.visit_count, v.days_visited, v.timed_views, v.time_total, v.first_visit, v.last_visit
    from unnest(p_entities) e
    cross join lateral :schema.visitors_of(e.entity_type, e.entity_id) v
    union all
    select
      d.entity_type, d.entity_id, d.is_account, d.visitor_id, false,
      sum(d.views)::integer, count(*)::integer, sum(d.timed_views)::integer, sum(d.time_total)::bigint,
      min(d.first_view), max(d.last_view)
    from unnest(p_entities) e
    cross join lateral :schema.visitor_days_of(e.entity_type, e.entity_id, '-infinity', 'infinity') d
    group by d.entity_type, d.entity_id, d.is_account, d.visitor_id
  ),
  written as (
    insert into :schema.analytics_visitors as v (
      entity_type, entity_id, is_account, visitor_id, visit_count, days_visited, timed_views, time_total,
      first_visit, last_visit
    )
    select
      c.entity_type, c.entity_id, c.is_account, c.visitor_id,
      coalesce(max(c.visit_count) filter (where not c.is_stored), 0),
      coalesce(max(c.days_visited) filter (where not c.is_stored), 0),
      coalesce(max(c.timed_views) filter (where not c.is_stored), 0),
      coalesce(max(c.time_total) filter (where not c.is_stored), 0),
      coalesce(max(c.first_visit) filter (where not c.is_stored), '-infinity'),
      coalesce(max(c.last_visit) filter (where not c.is_stored), '-infinity')
    from compared c
    group by c.entity_type, c.entity_id, c.is_account, c.visitor_id
    having count(distinct (c.visit_count, c.days_visited, c.timed_views, c.time_total, c.first_visit, c.last_visit)) > 1
      or count(*) = 1
    on conflict (entity_type, entity_id, visitor_id, is_account) do update set
      visit_count = excluded.visit_count, days_visited = excluded.days_visited,
      timed_views = excluded.timed_views, time_total = excluded.time_total,
      first_visit = excluded.first_visit, last_visit = excluded.last_visit
    returning v.ctid as place, v.visit_count
  )
  select array_agg(w.place) into v_emptied from written w where w.visit_count = 0;
  delete from :schema.analytics_visitors where ctid = any (v_emptied);
end
$$;`,
  },
  {
    name: "capture_faults",
    file: "functions/status/status.sql",
    line: 1,
    sql: `-- How things stand, for whoever operates it: psql, the command line and every client ask here.

-- Does anything keep changes of page views from being written down? Each fault with the statement that mends it.
-- What was missed meanwhile stays missed until it is read again, so every statement ends with a rebuild.
create or replace function :schema.capture_faults() returns table (problem text, mend text)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select
    format(
      case
        when t.tgenabled is null then 'The trigger %s is missing: what %s page views is not counted.'
        when t.tgenabled = 'R' then 'The trigger %s fires in replica sessions only: what %s page views elsewhere is not counted.'
        else 'The trigger %s is disabled: what %s page views is not counted.'
      end,
      expected.name, expected.happens
    ),
    format(
      case
        when t.tgenabled is null then 'CREATE TRIGGER %1$I AFTER %2$s ON %3$s %4$sFOR EACH STATEMENT EXECUTE FUNCTION %5$s.%6$I();'
        else 'ALTER TABLE %3$s ENABLE TRIGGER %1$I;'
      end || ' SELECT %5$s.aggregate_page_views(NULL, NULL);',
      expected.name, expected.event, s.page_views, expected.referencing, :'schema', expected.function
    )
  from :schema.analytics_settings s
  cross join (
    values
      (1, 'headcount_capture_insert', 'is added to', 'INSERT', 'REFERENCING NEW TABLE AS added ', 'capture_added_page_views'),
      (2, 'headcount_capture_update', 'is edited in', 'UPDATE',
        'REFERENCING OLD TABLE AS removed NEW TABLE AS added ', 'capture_edited_page_views'),
      (3, 'headcount_capture_delete', 'is deleted from', 'DELETE', 'REFERENCING OLD TABLE AS removed ', 'capture_removed_page_views'),
      (4, 'headcount_capture_truncate', 'is truncated from', 'TRUNCATE', '', 'capture_truncated_page_views')
  ) expected (nth, name, happens, event, referencing, function)
  left join pg_trigger t on t.tgrelid = s.page_views and t.tgname = expected.name
  where t.tgenabled is null or t.tgenabled not in ('O', 'A')
  order by expected.nth;
end;`,
  },
  {
    name: "analytics_status",
    file: "functions/status/status.sql",
    line: 39,
    sql: `-- How much is waiting to be folded, since when, and what did the latest fold do?
create or replace function :schema.analytics_status() returns table (
  time_zone text,
  pending_changes bigint,
  oldest_pending_seconds double precision,
  finished_at timestamptz,
  folded_changes integer,
  duration_ms double precision
)
language sql volatile
begin atomic
  select
    s.time_zone,
    c.pending_changes,
    extract(epoch from clock_timestamp() - c.oldest),
    f.finished_at, f.folded_changes, f.duration_ms
  from :schema.analytics_settings s
  cross join (
    select count(*) as pending_changes, min(q.captured_at) as oldest from :schema.page_view_changes q
  ) c
  left join :schema.analytics_fold_state f on true;
end;`,
  },
  {
    name: "views_to_be_counted",
    file: "functions/verifying/views-to-be-counted.sql",
    line: 1,
    sql: `-- Verifying: what do the rollups of some entities say, and what do raw page views say?
--
-- Nothing here is shared with what writes rollups: a definition that both had wrong would be found by nobody. What is
-- compared is one snapshot of everything, so that views may come and folding may go on: the rollups must hold the raw
-- page views less what is pending. Only grouping and windows, no join: a NULL entity groups like any other, and what does
-- not fit into memory is spilled to disk.

-- The page views of these entities less what is pending, each as often as the rollups should have counted it. Less than
-- never when more is pending than there is.
create or replace function :schema.views_to_be_counted(p_slice :schema.entity_slice, p_time_zone text) returns table (
  entity_id :entity_id_type, is_account boolean, visitor_id :visitor_id_type, session_id :session_id_type,
  viewed_at timestamptz, local_time timestamp, time_on_page bigint, views bigint
)
language sql stable
begin atomic
  select
    s.entity_id, s.account_id is not null, coalesce(s.account_id:::visitor_id_type, s.session_id:::visitor_id_type),
    s.session_id, s.viewed_at, s.viewed_at at time zone p_time_zone, s.time_on_page, sum(s.views)
  from (
    select
      pv.entity_id:::entity_id_type as entity_id, pv.account_id:::account_id_type as account_id,
      pv.session_id:::session_id_type as session_id, pv.viewed_at, pv.time_on_page::bigint as time_on_page, 1 as views
    from :page_views pv
    where pv.entity_type = (p_slice).entity_type
      and (pv.entity_id between (p_slice).first_id and (p_slice).last_id or ((p_slice).first_id is null and pv.entity_id is null))
    union all
    select q.entity_id, q.account_id, q.session_id, q.viewed_at, q.time_on_page, -q.sign
    from :schema.page_view_changes q
    where q.entity_type = (p_slice).entity_type
      and (q.entity_id between (p_slice).first_id and (p_slice).last_id or ((p_slice).first_id is null and q.entity_id is null))
  ) s
  -- what is not counted: instants that no calendar has a place for
  where s.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and s.viewed_at < timestamptz '9999-12-31 00:00:00+00'
  group by s.entity_id, s.account_id, s.session_id, s.viewed_at, s.time_on_page
  having sum(s.views) <> 0;
end;`,
  },
  {
    name: "rollup_differences",
    file: "functions/verifying/rollup-differences.sql",
    line: 1,
    sql: `-- Verifying the rollups of entities: what is stored against what raw page views say.

-- Which rows of which rollup differ? stored is NULL for a row that is missing, expected for one too many; else both hold
-- the columns that differ. rollup is NULL in the one line that tells how much
-- was compared.
create or replace function :schema.rollup_differences(p_slice :schema.entity_slice, p_time_zone text) returns table (
  rollup text, entity_id :entity_id_type, key jsonb, stored jsonb, expected jsonb
)
language sql stable
begin atomic
  with
  views as materialized (
    select v.* from :schema.views_to_be_counted(p_slice, p_time_zone) v
  ),
  hours as materialized (
    select
      v.entity_id, v.is_account, v.visitor_id, v.local_time::date as date, extract(hour from v.local_time)::smallint as hour,
      sum(v.views) as views,
      coalesce(sum(v.views) filter (where v.time_on_page is not null), 0) as timed_views,
      coalesce(sum(v.views * v.time_on_page), 0) as time_total,
      min(v.viewed_at) as first_view, max(v.viewed_at) as last_view
    from views v
    where v.views > 0
    group by 1, 2, 3, 4, 5
  ),
  days as materialized (
    select
      h.entity_id, h.is_account, h.visitor_id, h.date,
      lag(h.date) over (partition by h.entity_id, h.is_account, h.visitor_id order by h.date) as prev_date,
      sum(h.views) as views, sum(h.timed_views) as timed_views, sum(1 << h.hour) as hours_seen, sum(h.time_total) as time_total,
      min(h.first_view) as first_view, max(h.last_view) as last_view
    from hours h
    where h.visitor_id is not null
    group by h.entity_id, h.is_account, h.visitor_id, h.date
  ),
  dates as (
    select
      d.entity_id, d.date, d.is_account, d.prev_date,
      d.prev_date is null as is_new,
      d.prev_date is null or date_trunc('week', d.prev_date::timestamp) <> date_trunc('week', d.date::timestamp) as in_week,
      d.prev_date is null or date_trunc('month', d.prev_date::timestamp) <> date_trunc('month', d.date::timestamp) as in_month,
      d.prev_date is null or date_trunc('quarter', d.prev_date::timestamp) <> date_trunc('quarter', d.date::timestamp)
        as in_quarter,
      d.prev_date is null or extract(year from d.prev_date) <> extract(year from d.date) as in_year
    from days d
  ),
  -- sessions are compared with raw by themselves: here entries are compared with sessions
  entries as (
    select
      e.entity_id, l.time::date as date, extract(hour from l.time)::smallint as hour,
      (e.total_views = 1 and e.time_total < 10)::integer as bounces
    from (
      select v.entity_id, s.first_seen, s.total_views, s.time_total
      from (select distinct v.session_id, v.entity_id from views v where v.session_id is not null and v.views > 0) v
      cross join lateral (
        select s.* from :schema.visitor_sessions s where s.session_id = v.session_id limit 1
      ) s
      where s.entry_entity_type = (p_slice).entity_type and s.entry_entity_id is not distinct from v.entity_id
    ) e
    cross join lateral (select e.first_seen at time zone p_time_zone as time) l
  ),
  aggregates as (
    select
      u.entity_id, u.date, u.hour, sum(u.total_views)::bigint as total_views, sum(u.timed_views)::bigint as timed_views,
      sum(u.time_total)::bigint as time_total, sum(u.entries)::bigint as entries, sum(u.bounces)::bigint as bounces,
      sum(u.unique_visitors)::bigint as unique_visitors, sum(u.unique_accounts)::bigint as unique_accounts,
      sum(u.new_visitors)::bigint as new_visitors, sum(u.new_accounts)::bigint as new_accounts,
      sum(u.visitors_first_in_week)::bigint as visitors_first_in_week,
      sum(u.accounts_first_in_week)::bigint as accounts_first_in_week,
      sum(u.visitors_first_in_month)::bigint as visitors_first_in_month,
      sum(u.accounts_first_in_month)::bigint as accounts_first_in_month,
      sum(u.visitors_first_in_quarter)::bigint as visitors_first_in_quarter,
      sum(u.accounts_first_in_quarter)::bigint as accounts_first_in_quarter,
      sum(u.visitors_first_in_year)::bigint as visitors_first_in_year,
      sum(u.accounts_first_in_year)::bigint as accounts_first_in_year
    from (
      select
        h.entity_id, h.date, h.hour, h.views as total_views, h.timed_views, h.time_total, 0 as entries, 0 as bounces,
        (h.visitor_id is not null)::integer as unique_visitors,
        (h.visitor_id is not null and h.is_account)::integer as unique_accounts,
        null::integer as new_visitors, null::integer as new_accounts,
        null::integer as visitors_first_in_week, null::integer as accounts_first_in_week,
        null::integer as visitors_first_in_month, null::integer as accounts_first_in_month,
        null::integer as visitors_first_in_quarter, null::integer as accounts_first_in_quarter,
        null::integer as visitors_first_in_year, null::integer as accounts_first_in_year
      from hours h
      union all
      select h.entity_id, h.date, null, h.views, h.timed_views, h.time_total, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
      from hours h
      union all
      select
        d.entity_id, d.date, null, 0, 0, 0, 0, 0, 1, d.is_account::integer,
        d.is_new::integer, (d.is_new and d.is_account)::integer,
        d.in_week::integer, (d.in_week and d.is_account)::integer,
        d.in_month::integer, (d.in_month and d.is_account)::integer,
        d.in_quarter::integer, (d.in_quarter and d.is_account)::integer,
        d.in_year::integer, (d.in_year and d.is_account)::integer
      from dates d
      union all
      select e.entity_id, e.date, e.hour, 0, 0, 0, 1, e.bounces, 0, 0, null, null, null, null, null, null, null, null, null, null
      from entries e
      union all
      select e.entity_id, e.date, null, 0, 0, 0, 1, e.bounces, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
      from entries e
    ) u
    group by u.entity_id, u.date, u.hour
  ),
  -- what is expected counts up and what is stored counts down: what is equal is gone
  net as (
    select
      'analytics_visitor_days' as rollup, c.entity_id,
      jsonb_build_object('date', c.date, 'is_account', c.is_account, 'visitor_id', c.visitor_id::text) as key,
      jsonb_build_object(
        'prev_date', c.prev_date, 'views', c.views, 'timed_views', c.timed_views, 'hours_seen', c.hours_seen,
        'time_total', c.time_total, 'first_view', c.first_view, 'last_view', c.last_view
      ) as columns,
      sum(c.side) as net
    from (
      select
        d.entity_id, d.is_account, d.visitor_id, d.date, d.prev_date, d.views::bigint as views,
        d.timed_views::bigint as timed_views, d.hours_seen::bigint as hours_seen, d.time_total::bigint as time_total, d.first_view, d.last_view, 1 as side
      from days d
      union all
      select
        d.entity_id, d.is_account, d.visitor_id, d.date, d.prev_date, d.views, d.timed_views, d.hours_seen, d.time_total,
        d.first_view, d.last_view, -1
      from :schema.analytics_visitor_days d
      where d.entity_type = (p_slice).entity_type
        and (d.entity_id between (p_slice).first_id and (p_slice).last_id or ((p_slice).first_id is null and d.entity_id is null))
    ) c
    group by
      c.entity_id, c.is_account, c.visitor_id, c.date, c.prev_date, c.views, c.timed_views, c.hours_seen, c.time_total,
      c.first_view, c.last_view
    having sum(c.side) <> 0
    union all
    select
      'analytics_visitors', c.entity_id,
      jsonb_build_object('is_account', c.is_account, 'visitor_id', c.visitor_id::text),
      jsonb_build_object(
        'visit_count', c.visit_count, 'days_visited', c.days_visited, 'timed_views', c.timed_views, 'time_total', c.time_total,
        'first_visit', c.first_visit, 'last_visit', c.last_visit
      ),
      sum(c.side)
    from (
      select
        d.entity_id, d.is_account, d.visitor_id, sum(d.views)::bigint as visit_count, count(*) as days_visited,
        sum(d.timed_views)::bigint as timed_views, sum(d.time_total)::bigint as time_total,
        min(d.first_view) as first_visit, max(d.last_view) as last_visit, 1 as side
      from days d
      group by d.entity_id, d.is_account, d.visitor_id
      union all
      select
        v.entity_id, v.is_account, v.visitor_id, v.visit_count, v.days_visited, v.timed_views, v.time_total,
        v.first_visit, v.last_visit, -1
      from :schema.analytics_visitors v
      where v.entity_type = (p_slice).entity_type
        and (v.entity_id between (p_slice).first_id and (p_slice).last_id or ((p_slice).first_id is null and v.entity_id is null))
    ) c
    group by
      c.entity_id, c.is_account, c.visitor_id, c.visit_count, c.days_visited, c.timed_views, c.time_total,
      c.first_visit, c.last_visit
    having sum(c.side) <> 0
    union all
    select
      'analytics_visitor_returns', c.entity_id,
      jsonb_build_object('date', c.date, 'prev_date', c.prev_date),
      jsonb_build_object('visitors', c.visitors, 'accounts', c.accounts),
      sum(c.side)
    from (
      select
        d.entity_id, d.date, d.prev_date, count(*) as visitors, count(*) filter (where d.is_account) as accounts, 1 as side
      from days d
      where d.prev_date is not null
      group by d.entity_id, d.date, d.prev_date
      union all
      select r.entity_id, r.date, r.prev_date, r.visitors, r.accounts, -1
      from :schema.analytics_visitor_returns r
      where r.entity_type = (p_slice).entity_type
        and (r.entity_id between (p_slice).first_id and (p_slice).last_id or ((p_slice).first_id is null and r.entity_id is null))
    ) c
    group by c.entity_id, c.date, c.prev_date, c.visitors, c.accounts
    having sum(c.side) <> 0
    union all
    select
      'analytics_visitor_return_weeks', c.entity_id,
      jsonb_build_object('week', c.week, 'prev_week', c.prev_week),
      jsonb_build_object('visitors', c.visitors, 'accounts', c.accounts),
      sum(c.side)
    from (
      select
        d.entity_id, d.date - extract(isodow from d.date)::integer + 1 as week,
        d.prev_date - extract(isodow from d.prev_date)::integer + 1 as prev_week,
        count(*) as visitors, count(*) filter (where d.is_account) as accounts, 1 as side
      from days d
      where d.prev_date is not null
      group by 1, 2, 3
      union all
      select w.entity_id, w.week, w.prev_week, w.visitors, w.accounts, -1
      from :schema.analytics_visitor_return_weeks w
      where w.entity_type = (p_slice).entity_type
        and (w.entity_id between (p_slice).first_id and (p_slice).last_id or ((p_slice).first_id is null and w.entity_id is null))
    ) c
    group by c.entity_id, c.week, c.prev_week, c.visitors, c.accounts
    having sum(c.side) <> 0
    union all
    select
      'analytics_aggregates', c.entity_id, jsonb_build_object('date', c.date, 'hour', c.hour),
      jsonb_build_object(
        'total_views', c.total_views, 'timed_views', c.timed_views, 'time_total', c.time_total,
        'entries', c.entries, 'bounces', c.bounces,
        'unique_visitors', c.unique_visitors, 'unique_accounts', c.unique_accounts, 'new_visitors', c.new_visitors,
        'new_accounts', c.new_accounts, 'visitors_first_in_week', c.visitors_first_in_week,
        'accounts_first_in_week', c.accounts_first_in_week, 'visitors_first_in_month', c.visitors_first_in_month,
        'accounts_first_in_month', c.accounts_first_in_month,
        'visitors_first_in_quarter', c.visitors_first_in_quarter,
        'accounts_first_in_quarter', c.accounts_first_in_quarter, 'visitors_first_in_year', c.visitors_first_in_year,
        'accounts_first_in_year', c.accounts_first_in_year
      ),
      sum(c.side)
    from (
      select
        a.entity_id, a.date, a.hour,
        a.total_views, a.timed_views, a.time_total, a.entries, a.bounces, a.unique_visitors, a.unique_accounts, a.new_visitors,
        a.new_accounts, a.visitors_first_in_week, a.accounts_first_in_week, a.visitors_first_in_month,
        a.accounts_first_in_month, a.visitors_first_in_quarter, a.accounts_first_in_quarter, a.visitors_first_in_year,
        a.accounts_first_in_year, 1 as side
      from aggregates a
      union all
      select
        a.entity_id, a.date, a.hour,
        a.total_views, a.timed_views, a.time_total, a.entries, a.bounces, a.unique_visitors, a.unique_accounts, a.new_visitors,
        a.new_accounts, a.visitors_first_in_week, a.accounts_first_in_week, a.visitors_first_in_month,
        a.accounts_first_in_month, a.visitors_first_in_quarter, a.accounts_first_in_quarter, a.visitors_first_in_year,
        a.accounts_first_in_year, -1
      from :schema.analytics_aggregates a
      where a.entity_type = (p_slice).entity_type
        and (a.entity_id between (p_slice).first_id and (p_slice).last_id or ((p_slice).first_id is null and a.entity_id is null))
    ) c
    group by
      c.entity_id, c.date, c.hour,
      c.total_views, c.timed_views, c.time_total, c.entries, c.bounces, c.unique_visitors, c.unique_accounts, c.new_visitors,
      c.new_accounts, c.visitors_first_in_week, c.accounts_first_in_week, c.visitors_first_in_month,
      c.accounts_first_in_month, c.visitors_first_in_quarter, c.accounts_first_in_quarter, c.visitors_first_in_year,
      c.accounts_first_in_year
    having sum(c.side) <> 0
    union all
    -- a view that is to be added and is not there, or was taken away and is
    select
      'page_view_changes', v.entity_id,
      jsonb_build_object(
        'is_account', v.is_account, 'visitor_id', v.visitor_id::text, 'viewed_at', v.viewed_at, 'time_on_page', v.time_on_page
      ),
      jsonb_build_object('views', -v.views), -1
    from views v
    where v.views < 0
  ),
  pairs as (
    select
      n.rollup, n.entity_id, n.key,
      (array_agg(n.columns) filter (where n.net < 0))[1] as stored,
      (array_agg(n.columns) filter (where n.net > 0))[1] as expected
    from net n
    group by n.rollup, n.entity_id, n.key
  )
  select
    p.rollup, p.entity_id, p.key,
    case when p.expected is null then p.stored else d.stored end,
    case when p.stored is null or p.expected is null then p.expected else d.expected end
  from pairs p
  cross join lateral (
    select jsonb_object_agg(s.key, s.value) as stored, jsonb_object_agg(s.key, p.expected -> s.key) as expected
    from jsonb_each(p.stored) s
    where s.value is distinct from p.expected -> s.key
  ) d
  union all
  select
    null, null,
    jsonb_build_object(
      'page_views', coalesce(sum(v.views), 0),
      'entities', count(distinct v.entity_id) + coalesce(max((v.entity_id is null)::integer), 0)
    ),
    null, null
  from views v;
end;`,
  },
  {
    name: "session_differences",
    file: "functions/verifying/session-differences.sql",
    line: 1,
    sql: `-- Verifying sessions, which belong to no one entity: compared with raw page views in the order of their ids.

-- Which sessions from the first id to the last differ? stored is NULL for one that is missing, expected for one too many;
-- else both hold the columns that differ. The entity is the one it entered, and dates are those of its first view.
create or replace function :schema.session_differences(
  p_first_id :session_id_type, p_last_id :session_id_type, p_time_zone text
) returns table (
  session_id :session_id_type, entity_type text, entity_id text, date_from date, date_to date, stored jsonb, expected jsonb
)
language sql stable
begin atomic
  with
  views as materialized (
    select
      s.session_id, s.entity_type, s.entity_id, s.account_id, s.viewed_at,
      sum(s.views) as views, coalesce(sum(s.views * s.time_on_page), 0) as time_total,
      row_number() over (partition by s.session_id order by s.viewed_at, s.entity_type, s.entity_id nulls first) as nth
    from (
      select
        pv.session_id:::session_id_type as session_id, pv.entity_type::text as entity_type,
        pv.entity_id:::entity_id_type as entity_id, pv.account_id:::account_id_type as account_id, pv.viewed_at,
        pv.time_on_page::bigint as time_on_page, 1 as views
      from :page_views pv
      where pv.session_id between p_first_id and p_last_id and pv.entity_type is not null
      union all
      select q.session_id, q.entity_type, q.entity_id, q.account_id, q.viewed_at, q.time_on_page, -q.sign
      from :schema.page_view_changes q
      where q.session_id between p_first_id and p_last_id
    ) s
    where s.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and s.viewed_at < timestamptz '9999-12-31 00:00:00+00'
    group by s.session_id, s.entity_type, s.entity_id, s.account_id, s.viewed_at
    having sum(s.views) > 0
  ),
  sides as (
    select
      v.session_id, 1 as side, sum(v.views)::bigint as total_views, sum(v.time_total)::bigint as time_total,
      count(distinct (v.entity_type, v.entity_id)) as unique_pages, min(v.viewed_at) as first_seen, max(v.viewed_at) as last_seen,
      max(v.entity_type) filter (where v.nth = 1) as entry_entity_type,
      max(v.entity_id::text) filter (where v.nth = 1) as entry_entity_id,
      (array_agg(v.account_id::text order by v.viewed_at desc, v.account_id desc) filter (where v.account_id is not null))[1]
        as account_id,
      max(v.viewed_at) filter (where v.account_id is not null) as account_seen,
      case when count(distinct (v.entity_type, v.entity_id)) > 1 then (
        select jsonb_agg(p.page order by p.page)
        from (
          select jsonb_build_array(w.entity_type, w.entity_id::text, sum(w.views)::bigint) as page
          from unnest(array_agg(row(v.entity_type, v.entity_id, v.views):::schema.session_page)) w
          group by w.entity_type, w.entity_id
        ) p
      ) end as pages
    from views v
    group by v.session_id
    union all
    select
      s.session_id, -1, s.total_views, s.time_total, s.unique_pages, s.first_seen, s.last_seen,
      s.entry_entity_type, s.entry_entity_id::text, s.account_id::text, s.account_seen,
      (
        select jsonb_agg(p.page order by p.page)
        from (
          select jsonb_build_array(w.entity_type, w.entity_id::text, w.views::bigint) as page from unnest(s.pages) w
        ) p
      )
    from :schema.visitor_sessions s
    -- collection may have written down a session of which no view is counted yet
    where s.session_id between p_first_id and p_last_id and (s.total_views <> 0 or s.first_seen is not null)
  ),
  pairs as (
    select
      s.session_id,
      (array_agg(s.entry_entity_type order by s.side desc))[1] as entity_type,
      (array_agg(s.entry_entity_id order by s.side desc))[1] as entity_id,
      min(s.first_seen) as earliest, max(s.first_seen) as latest,
      (array_agg(to_jsonb(s) - 'session_id' - 'side') filter (where s.side < 0))[1] as stored,
      (array_agg(to_jsonb(s) - 'session_id' - 'side') filter (where s.side > 0))[1] as expected
    from sides s
    group by s.session_id
  )
  select
    p.session_id, coalesce(p.entity_type, ''), p.entity_id,
    cast(p.earliest at time zone p_time_zone as date), cast(p.latest at time zone p_time_zone as date),
    case when p.expected is null then p.stored else d.stored end,
    case when p.stored is null or p.expected is null then p.expected else d.expected end
  from pairs p
  cross join lateral (
    select jsonb_object_agg(c.key, c.value) as stored, jsonb_object_agg(c.key, p.expected -> c.key) as expected
    from jsonb_each(p.stored) c
    where c.value is distinct from p.expected -> c.key
  ) d
  where p.stored is distinct from p.expected;
end;`,
  },
  {
    name: "verify_sessions",
    file: "functions/verifying/session-differences.sql",
    line: 92,
    sql: `-- Compare the sessions that follow p_after, as many as have about p_limit page views: how many differ, the first p_most of
-- them, the dates whose rebuild mends them, and the last id that was compared: NULL when none was left.
create or replace function :schema.verify_sessions(
  p_after :session_id_type, p_limit integer, p_most integer,
  out differences bigint, out listed jsonb, out date_from date, out date_to date, out last_id :session_id_type
)
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '32MB'
as $$
declare
  v_time_zone text;
  v_first_id :session_id_type;
begin
  -- Before the snapshot: else a TRUNCATE could empty page views between it and the first look at them.
  lock table :page_views in access share mode;
  select s.time_zone into strict v_time_zone from :schema.analytics_settings s;

  select
    least(
      (select pv.session_id:::session_id_type from :page_views pv
        where pv.session_id is not null and (p_after is null or pv.session_id > p_after)
        order by pv.session_id limit 1),
      (select s.session_id from :schema.visitor_sessions s
        where p_after is null or s.session_id > p_after
        order by s.session_id limit 1)
    )
  into v_first_id;
  select
    coalesce(
      least(
        (select pv.session_id:::session_id_type from :page_views pv
          where pv.session_id >= v_first_id order by pv.session_id offset p_limit limit 1),
        (select s.session_id from :schema.visitor_sessions s
          where s.session_id >= v_first_id order by s.session_id offset p_limit limit 1)
      ),
      greatest(
        (select pv.session_id:::session_id_type from :page_views pv
          where pv.session_id >= v_first_id order by pv.session_id desc limit 1),
        (select s.session_id from :schema.visitor_sessions s
          where s.session_id >= v_first_id order by s.session_id desc limit 1)
      )
    )
  into last_id;

  with found as materialized (
    select d.* from :schema.session_differences(v_first_id, last_id, v_time_zone) d
  )
  select
    count(*),
    coalesce(
      (
        select jsonb_agg(to_jsonb(l))
        from (
          select
            'visitor_sessions' as rollup, f.entity_type, f.entity_id,
            jsonb_build_object('session_id', f.session_id::text) as key, f.stored, f.expected
          from found f
          limit p_most
        ) l
      ),
      '[]'
    ),
    min(f.date_from), max(f.date_to)
  into differences, listed, date_from, date_to
  from found f;
end
$$;`,
  },
  {
    name: "next_entity_slice",
    file: "functions/verifying/verify.sql",
    line: 1,
    sql: `-- Verifying goes through all entities in the order of their index, a bounded number of page views in each step, or
-- through a sample of them. It writes nothing: any role that may read everything may do it, on a replica as well.

-- Which entities come after this one, up to about p_limit page views or visitor-days? NULL when none is left.
create or replace function :schema.next_entity_slice(p_after :schema.entity_key, p_limit integer) returns :schema.entity_slice
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_next :schema.entity_key;
  v_last :entity_id_type;
begin
  if p_after is null or p_after.entity_type is null then
    select f.* into v_next from :schema.first_entity() f;
  else
    select n.* into v_next from :schema.next_entity(p_after.entity_type, p_after.entity_id) n;
  end if;
  if v_next.entity_type is null then
    return null;
  end if;
  if v_next.entity_id is null then
    return row(v_next.entity_type, null, null):::schema.entity_slice;
  end if;

  select coalesce(
    least(
      (select pv.entity_id:::entity_id_type from :page_views pv
        where pv.entity_type = v_next.entity_type and pv.entity_id >= v_next.entity_id
        order by pv.entity_id offset p_limit limit 1),
      (select d.entity_id from :schema.analytics_visitor_days d
        where d.entity_type = v_next.entity_type and d.entity_id >= v_next.entity_id
        order by d.entity_id offset p_limit limit 1)
    ),
    greatest(
      (select pv.entity_id:::entity_id_type from :page_views pv
        where pv.entity_type = v_next.entity_type and pv.entity_id is not null
        order by pv.entity_id desc limit 1),
      (select r.entity_id from :schema.rolled_up_entities() r
        where r.entity_type = v_next.entity_type and r.entity_id is not null
        order by r.entity_type desc, r.entity_id desc limit 1)
    )
  ) into v_last;
  return row(v_next.entity_type, v_next.entity_id, v_last):::schema.entity_slice;
end
$$;`,
  },
  {
    name: "chance_of_entity",
    file: "functions/verifying/verify.sql",
    line: 48,
    sql: `-- Where does this entity stand between 0 and 1, by chance? The same seed puts it in the same place.
create or replace function :schema.chance_of_entity(p_entity_type text, p_entity_id :entity_id_type, p_seed bigint) returns double precision
language sql immutable
begin atomic
  select (hashtextextended(coalesce(p_entity_id::text, ''), hashtextextended(p_entity_type, p_seed)) & 9007199254740991)
    / 9007199254740992.0;
end;`,
  },
  {
    name: "entities_after",
    file: "functions/verifying/verify.sql",
    line: 56,
    sql: `-- Which entities follow this one, p_limit at most?
create or replace function :schema.entities_after(p_after :schema.entity_key, p_limit integer)
returns table (nth integer, entity_type text, entity_id :entity_id_type)
language sql stable
begin atomic
  with recursive listed as (
    (
      select 1 as nth, f.entity_type, f.entity_id from :schema.first_entity() f where (p_after).entity_type is null
      union all
      select 1, n.entity_type, n.entity_id
      from :schema.next_entity((p_after).entity_type, (p_after).entity_id) n
      where (p_after).entity_type is not null
    )
    union all
    select l.nth + 1, n.entity_type, n.entity_id
    from listed l
    cross join lateral :schema.next_entity(l.entity_type, l.entity_id) n
    where l.nth < p_limit
  )
  select l.nth, l.entity_type, l.entity_id from listed l where p_limit > 0;
end;`,
  },
  {
    name: "share_of_entities",
    file: "functions/verifying/verify.sql",
    line: 78,
    sql: `-- Up to which place between 0 and 1 stand so many entities?
create or replace function :schema.share_of_entities(p_entities integer, p_seed bigint) returns double precision
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(
    (
      select :schema.chance_of_entity(e.entity_type, e.entity_id, p_seed)
      from :schema.entities_after(null, 2147483647) e
      order by 1 offset p_entities - 1 limit 1
    ),
    1
  );
end;`,
  },
  {
    name: "verify_entity_slice",
    file: "functions/verifying/verify.sql",
    line: 93,
    sql: `-- Compare the rollups of these entities with raw page views: what was compared, how many rows differ, the first p_most of
-- them, and the dates whose rebuild mends them: all dates of the entities that differ, for a visitor's row is about all.
create or replace function :schema.verify_entity_slice(p_slice :schema.entity_slice, p_most integer)
returns table (page_views bigint, entities bigint, differences bigint, listed jsonb, date_from date, date_to date)
language plpgsql
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set plan_cache_mode = force_custom_plan
set jit = off
set work_mem = '32MB'
as $$
declare
  v_time_zone text;
  v_entity_ids :entity_id_type[];
begin
  -- Before the snapshot: else a TRUNCATE could empty page views between it and the first look at them.
  lock table :page_views in access share mode;
  select s.time_zone into strict v_time_zone from :schema.analytics_settings s;

  with found as materialized (
    select d.* from :schema.rollup_differences(p_slice, v_time_zone) d
  )
  select
    (select (f.key ->> 'page_views')::bigint from found f where f.rollup is null),
    (select (f.key ->> 'entities')::bigint from found f where f.rollup is null),
    (select count(*) from found f where f.rollup is not null),
    (
      select coalesce(jsonb_agg(to_jsonb(l)), '[]')
      from (
        select f.rollup, p_slice.entity_type, f.entity_id::text as entity_id, f.key, f.stored, f.expected
        from found f
        where f.rollup is not null
        limit p_most
      ) l
    ),
    array(select distinct f.entity_id from found f where f.rollup is not null)
  into page_views, entities, differences, listed, v_entity_ids;

  if differences > 0 then
    select min(d.date), max(d.date) into date_from, date_to
    from (
      select a.date from :schema.analytics_aggregates a
      where a.entity_type = p_slice.entity_type
        and (a.entity_id = any (v_entity_ids) or (p_slice.first_id is null and a.entity_id is null))
      union all
      select d.date from :schema.analytics_visitor_days d
      where d.entity_type = p_slice.entity_type
        and (d.entity_id = any (v_entity_ids) or (p_slice.first_id is null and d.entity_id is null))
      union all
      select r.date from :schema.analytics_visitor_returns r
      where r.entity_type = p_slice.entity_type
        and (r.entity_id = any (v_entity_ids) or (p_slice.first_id is null and r.entity_id is null))
      union all
      select w.week from :schema.analytics_visitor_return_weeks w
      where w.entity_type = p_slice.entity_type
        and (w.entity_id = any (v_entity_ids) or (p_slice.first_id is null and w.entity_id is null))
      union all
      select cast(e.visit at time zone v_time_zone as date)
      from :schema.analytics_visitors v
      cross join lateral (values (v.first_visit), (v.last_visit)) e (visit)
      where v.entity_type = p_slice.entity_type
        and (v.entity_id = any (v_entity_ids) or (p_slice.first_id is null and v.entity_id is null))
        and isfinite(e.visit)
      union all
      select cast(pv.viewed_at at time zone v_time_zone as date)
      from :page_views pv
      where pv.entity_type = p_slice.entity_type
        and (pv.entity_id = any (v_entity_ids) or (p_slice.first_id is null and pv.entity_id is null))
        and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
    ) d;
  end if;
  return next;
end
$$;`,
  },
  {
    name: "verify_rollups_step",
    file: "functions/verifying/verify.sql",
    line: 168,
    sql: `-- One step of verifying: the entities after p_after with about p_limit page views, or, given a share, those of the next
-- p_limit / 100 entities that chance puts below it. Behind the last entity come sessions, when all are compared. Says where
-- to go on; done when nothing was left.
create or replace function :schema.verify_rollups_step(
  p_after jsonb default null, p_limit integer default 100000, p_most integer default 100,
  p_share double precision default null, p_seed bigint default 0
) returns table (
  page_views bigint, entities bigint, differences bigint, listed jsonb, date_from date, date_to date, done boolean, after jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_after :schema.entity_key := row(p_after ->> 'entity_type', p_after ->> 'entity_id'):::schema.entity_key;
  v_slices :schema.entity_slice[];
  v_slice :schema.entity_slice;
  v_part record;
  v_session_id :session_id_type;
begin
  if p_limit is null or p_limit < 1 then
    raise exception 'p_limit must be at least 1, and is %', coalesce(p_limit::text, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;

  page_views := 0;
  entities := 0;
  differences := 0;
  listed := '[]';
  if p_share is null and not coalesce(p_after ? 'session_id', false) then
    v_slice := :schema.next_entity_slice(v_after, p_limit);
    v_slices := array[v_slice];
    done := v_slice.entity_type is null;
    after := jsonb_build_object('entity_type', v_slice.entity_type, 'entity_id', v_slice.last_id::text);
  elsif p_share is null then
    done := true;
  else
    select
      array_agg(row(e.entity_type, e.entity_id, e.entity_id):::schema.entity_slice order by e.nth)
        filter (where :schema.chance_of_entity(e.entity_type, e.entity_id, p_seed) <= p_share),
      count(*) = 0,
      (array_agg(jsonb_build_object('entity_type', e.entity_type, 'entity_id', e.entity_id::text) order by e.nth desc))[1]
    into v_slices, done, after
    from :schema.entities_after(v_after, greatest(p_limit / 100, 1)) e;
  end if;

  if done and p_share is null then
    select v.differences, v.listed, v.date_from, v.date_to, v.last_id
    into differences, listed, date_from, date_to, v_session_id
    from :schema.verify_sessions((p_after ->> 'session_id'):::session_id_type, p_limit, p_most) v;
    done := v_session_id is null;
    after := coalesce(p_after, '{"entity_type": "", "entity_id": null}') || jsonb_build_object('session_id', v_session_id);
  elsif not done then
    foreach v_slice in array coalesce(v_slices, '{}') loop
      select v.* into v_part
      from :schema.verify_entity_slice(v_slice, greatest(p_most - jsonb_array_length(listed), 0)) v;
      page_views := page_views + v_part.page_views;
      entities := entities + v_part.entities;
      differences := differences + v_part.differences;
      listed := listed || v_part.listed;
      date_from := least(date_from, v_part.date_from);
      date_to := greatest(date_to, v_part.date_to);
    end loop;
  end if;
  return next;
end
$$;`,
  },
];
