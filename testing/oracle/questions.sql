-- Every number that a client can ask for, straight from raw page views.

-- Which buckets has a series, which dates does each cover within the range, and is there more to it than that?
create function oracle.buckets(p_date_from date, p_date_to date, p_period text)
returns table (date date, hour integer, first_date date, last_date date, partial boolean)
language sql stable
begin atomic
  select
    start::date, null::integer, min(day)::date, max(day)::date,
    min(day) > start or max(day) < start + unit.length - interval '1 day'
      or start + unit.length > now() at time zone oracle.time_zone()
  from (
    values
      ('daily', 'day', interval '1 day'), ('weekly', 'week', '1 week'), ('monthly', 'month', '1 month'),
      ('quarterly', 'quarter', '3 months'), ('yearly', 'year', '1 year')
  ) unit (period, name, length)
  cross join generate_series(p_date_from::timestamp, p_date_to::timestamp, interval '1 day') day
  cross join date_trunc(unit.name, day) start
  where unit.period = p_period
  group by start, unit.length
  union all
  -- an hour is there when a clock of the zone showed one of its quarters
  select distinct
    day::date, extract(hour from quarter)::integer, day::date, day::date,
    date_trunc('hour', quarter) + interval '1 hour' > now() at time zone oracle.time_zone()
  from generate_series(p_date_from::timestamp, p_date_to::timestamp, interval '1 day') day
  cross join generate_series(day, day + interval '23 hours 45 minutes', interval '15 minutes') quarter
  where p_period = 'hourly'
    and quarter = quarter at time zone oracle.time_zone() at time zone oracle.time_zone();
end;

-- On which date was each visitor there for the first time ever?
create function oracle.first_dates(p_entity_type text, p_entity_id text) returns table (visitor text, first_date date)
language sql stable
begin atomic
  select v.visitor, min(v.date) from oracle.live_views v
  where v.visitor is not null
    and v.entity_type = p_entity_type and v.entity_id is not distinct from oracle.entity_id(p_entity_id)
  group by v.visitor;
end;

create function oracle.time_series(
  p_entity_type text, p_entity_id text, p_date_from date, p_date_to date, p_period text
) returns table (
  date date, hour integer, views bigint, unique_visitors bigint, unique_accounts bigint, anonymous_visitors bigint,
  new_visitors bigint, returning_visitors bigint, new_accounts bigint,
  avg_time_on_page numeric, bounce_rate numeric, partial boolean
)
language sql stable
begin atomic
  with entries as materialized (
    select e.date, e.hour, e.is_bounce from oracle.live_entries e
    where e.entity_type = p_entity_type and e.entity_id is not distinct from oracle.entity_id(p_entity_id)
  )
  select
    b.date, b.hour, count(v.viewed_at), count(distinct v.visitor),
    count(distinct v.visitor) filter (where v.is_account),
    count(distinct v.visitor) filter (where not v.is_account),
    case when b.hour is null then count(distinct v.visitor) filter (where v.date = f.first_date) end,
    case when b.hour is null then count(distinct v.visitor) - count(distinct v.visitor) filter (where v.date = f.first_date) end,
    case when b.hour is null then count(distinct v.visitor) filter (where v.date = f.first_date and v.is_account) end,
    round(avg(v.time_on_page), 2),
    (
      select round(100.0 * count(*) filter (where e.is_bounce) / nullif(count(*), 0), 2) from entries e
      where e.date between b.first_date and b.last_date and (b.hour is null or e.hour = b.hour)
    ),
    b.partial
  from oracle.buckets(p_date_from, p_date_to, p_period) b
  left join oracle.live_views v
    on v.entity_type = p_entity_type and v.entity_id is not distinct from oracle.entity_id(p_entity_id)
    and v.date between b.first_date and b.last_date and (b.hour is null or v.hour = b.hour)
  left join oracle.first_dates(p_entity_type, p_entity_id) f on f.visitor = v.visitor
  group by b.date, b.hour, b.first_date, b.last_date, b.partial
  order by b.date, b.hour;
end;

create function oracle.totals(p_entity_type text, p_entity_id text, p_date_from date, p_date_to date)
returns table (
  views bigint, unique_visitors bigint, unique_accounts bigint, anonymous_visitors bigint,
  new_visitors bigint, returning_visitors bigint, new_accounts bigint, avg_time_on_page numeric, bounce_rate numeric
)
language sql stable
begin atomic
  select
    count(*), count(distinct v.visitor),
    count(distinct v.visitor) filter (where v.is_account),
    count(distinct v.visitor) filter (where not v.is_account),
    count(distinct v.visitor) filter (where v.date = f.first_date),
    count(distinct v.visitor) - count(distinct v.visitor) filter (where v.date = f.first_date),
    count(distinct v.visitor) filter (where v.date = f.first_date and v.is_account),
    round(avg(v.time_on_page), 2),
    (
      select round(100.0 * count(*) filter (where e.is_bounce) / nullif(count(*), 0), 2) from oracle.live_entries e
      where e.entity_type = p_entity_type and e.entity_id is not distinct from oracle.entity_id(p_entity_id)
        and e.date between p_date_from and p_date_to
    )
  from oracle.live_views v
  left join oracle.first_dates(p_entity_type, p_entity_id) f on f.visitor = v.visitor
  where v.entity_type = p_entity_type and v.entity_id is not distinct from oracle.entity_id(p_entity_id)
    and v.date between p_date_from and p_date_to;
end;

-- The same of all entities of one type together: everybody once, and new when new to all of them. An id without a character, which
-- SQL can hold and the client refuses, is left out.
create function oracle.totals_together(p_entity_type text, p_date_from date, p_date_to date)
returns table (
  views bigint, unique_visitors bigint, unique_accounts bigint, anonymous_visitors bigint,
  new_visitors bigint, returning_visitors bigint, new_accounts bigint, avg_time_on_page numeric, bounce_rate numeric
)
language sql stable
begin atomic
  select
    count(*), count(distinct v.visitor),
    count(distinct v.visitor) filter (where v.is_account),
    count(distinct v.visitor) filter (where not v.is_account),
    count(distinct v.visitor) filter (where v.date = f.first_date),
    count(distinct v.visitor) - count(distinct v.visitor) filter (where v.date = f.first_date),
    count(distinct v.visitor) filter (where v.date = f.first_date and v.is_account),
    round(avg(v.time_on_page), 2),
    (
      select round(100.0 * count(*) filter (where e.is_bounce) / nullif(count(*), 0), 2) from oracle.live_entries e
      where e.entity_type = p_entity_type and e.entity_id is distinct from '' and e.date between p_date_from and p_date_to
    )
  from oracle.live_views v
  left join (
    select a.visitor, min(a.date) as first_date from oracle.live_views a
    where a.entity_type = p_entity_type and a.entity_id is distinct from '' group by a.visitor
  ) f on f.visitor = v.visitor
  where v.entity_type = p_entity_type and v.entity_id is distinct from '' and v.date between p_date_from and p_date_to;
end;

-- NULL dates: all time. place is where the visitor stands among those who are otherwise equal. What it is called cannot be
-- worked out without the secret: whether a ref stands for this visitor is compared elsewhere.
create function oracle.visitors_between(
  p_entity_type text, p_entity_id text, p_date_from date default null, p_date_to date default null
) returns table (
  place bigint, kind text, visitor_id text, ref text, visit_count bigint, days_visited bigint,
  first_visit timestamptz, last_visit timestamptz, avg_time_on_page numeric, entities bigint, latest_visits timestamptz[]
)
language sql stable
begin atomic
  select
    row_number() over (order by v.kind collate "C" desc, v.visitor_id::oracle.visitor_id), v.kind, v.visitor_id,
    (
      select r.ref
      from refs_of_visitors(
        p_entity_type, coalesce(oracle.entity_id(p_entity_id)::oracle.entity_id_type, oracle.no_entity()),
        array[row(v.kind, v.visitor_id, null, null, null, null, null)::listed_visitor]
      ) r
    ),
    count(*), count(distinct v.date), min(v.viewed_at), max(v.viewed_at), round(avg(v.time_on_page), 2),
    case
      when p_entity_type like 'headcount:%' and coalesce(p_date_from, '-infinity') >= (select oracle.sealed_before())
        then count(distinct row(v.viewed_type, v.viewed_id))
    end,
    coalesce((array_agg(v.viewed_at order by v.viewed_at desc) filter (where v.date >= (select oracle.sealed_before())))[:3], '{}')
  from oracle.live_views v
  where v.visitor is not null
    and v.entity_type = p_entity_type and v.entity_id is not distinct from oracle.entity_id(p_entity_id)
    and v.date between coalesce(p_date_from, '-infinity') and coalesce(p_date_to, 'infinity')
  group by v.visitor, v.kind, v.visitor_id;
end;

-- What is counted from one date until another, and of the date p_cut, when it is one of them, until p_cut_hour only: views, timed
-- views, the time on them, visitors, accounts, new visitors, new accounts, entries and bounces.
create function oracle.counts_until(
  p_entity_type text, p_entity_id text, p_date_from date, p_date_to date, p_cut date, p_cut_hour integer
) returns bigint[]
language sql stable
begin atomic
  select array[
    count(*), count(v.time_on_page), coalesce(sum(v.time_on_page), 0), count(distinct v.visitor),
    count(distinct v.visitor) filter (where v.is_account),
    count(distinct v.visitor) filter (where v.date = f.first_date),
    count(distinct v.visitor) filter (where v.date = f.first_date and v.is_account)
  ] || (
    select array[count(*), count(*) filter (where e.is_bounce)] from oracle.live_entries e
    where e.entity_type = p_entity_type and e.entity_id is not distinct from oracle.entity_id(p_entity_id)
      and e.date between p_date_from and p_date_to
      and (p_cut is null or e.date < p_cut or e.date = p_cut and e.hour < p_cut_hour)
  )
  from oracle.live_views v
  left join oracle.first_dates(p_entity_type, p_entity_id) f on f.visitor = v.visitor
  where v.entity_type = p_entity_type and v.entity_id is not distinct from oracle.entity_id(p_entity_id)
    and v.date between p_date_from and p_date_to
    and (p_cut is null or v.date < p_cut or v.date = p_cut and v.hour < p_cut_hour);
end;

-- When was the first view ever, and when the latest? As answers say it.
create function oracle.first_and_last_view(p_entity_type text, p_entity_id text, out first_view text, out last_view text)
language sql stable
begin atomic
  select
    to_char(min(v.viewed_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    to_char(max(v.viewed_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  from oracle.live_views v
  where v.entity_type = p_entity_type and v.entity_id is not distinct from oracle.entity_id(p_entity_id);
end;

-- On which dates?
create function oracle.first_and_last_date(p_entity_type text, p_entity_id text, out first_date date, out last_date date)
language sql stable
begin atomic
  select min(v.date), max(v.date) from oracle.live_views v
  where v.entity_type = p_entity_type and v.entity_id is not distinct from oracle.entity_id(p_entity_id);
end;

-- How many were there in the days up to each date?
create function oracle.rolling_visitors(p_entity_type text, p_entity_id text, p_date_from date, p_date_to date)
returns table (
  date date, visitors_1_day bigint, visitors_7_days bigint, visitors_28_days bigint,
  accounts_1_day bigint, accounts_7_days bigint, accounts_28_days bigint
)
language sql stable
begin atomic
  with views as materialized (
    select v.date, v.visitor, v.is_account from oracle.live_views v
    where v.entity_type = p_entity_type and v.entity_id is not distinct from oracle.entity_id(p_entity_id)
      and v.date between p_date_from - 27 and p_date_to
  )
  select
    d::date, count(distinct v.visitor) filter (where v.date = d::date),
    count(distinct v.visitor) filter (where v.date > d::date - 7), count(distinct v.visitor),
    count(distinct v.visitor) filter (where v.is_account and v.date = d::date),
    count(distinct v.visitor) filter (where v.is_account and v.date > d::date - 7),
    count(distinct v.visitor) filter (where v.is_account)
  from generate_series(p_date_from::timestamp, p_date_to::timestamp, interval '1 day') d
  left join views v on v.date between d::date - 27 and d::date
  group by d;
end;

-- In which hours of the week do people come? Until a time of the reporting zone.
create function oracle.heat_map(
  p_entity_type text, p_entity_id text, p_date_from date, p_date_to date, p_local_time timestamp
) returns table (weekday integer, hour integer, views bigint, visitor_hours bigint, occurrences bigint)
language sql stable
begin atomic
  with hours as materialized (
    select h.date, h.hour from oracle.buckets(p_date_from, p_date_to, 'hourly') h
    where h.date < p_local_time::date or h.date = p_local_time::date and h.hour < extract(hour from p_local_time)
  )
  select
    w.weekday, w.hour, coalesce(sum(v.views), 0), coalesce(sum(v.visitors), 0),
    count(h.date) filter (where h.date >= f.first_date)
  from (select weekday, hour from generate_series(1, 7) weekday cross join generate_series(0, 23) hour) w
  cross join oracle.first_and_last_date(p_entity_type, p_entity_id) f
  left join hours h on extract(isodow from h.date) = w.weekday and h.hour = w.hour
  left join lateral (
    select count(*) as views, count(distinct v.visitor) as visitors from oracle.live_views v
    where v.entity_type = p_entity_type and v.entity_id is not distinct from oracle.entity_id(p_entity_id)
      and v.date = h.date and v.hour = h.hour
  ) v on h.date is not null
  group by w.weekday, w.hour;
end;

-- How many views began between two instants, and by how many?
create function oracle.live_visitors(p_entity_type text, p_entity_id text, p_since timestamptz, p_until timestamptz)
returns table (views bigint, unique_visitors bigint, unique_accounts bigint)
language sql stable
begin atomic
  select count(*), count(distinct v.visitor), count(distinct v.visitor) filter (where v.is_account)
  from oracle.live_views v
  where v.entity_type = p_entity_type and v.entity_id is not distinct from oracle.entity_id(p_entity_id)
    and v.viewed_at >= p_since and v.viewed_at < p_until;
end;

-- Which view was the entry of each session, with what is known of it? Of several at once in the entity, one with a lower number.
create view oracle.entry_views as
select distinct on (v.session_id)
  v.entity_type, v.entity_id, v.date, v.viewed_at, v.source_no, v.device_no, v.kind,
  count(*) over session = 1 and coalesce(sum(v.time_on_page) over session, 0) < 10 as is_bounce
from oracle.live_views v
where v.session_id is not null and v.entity_type not like 'headcount:%'
window session as (partition by v.session_id)
order by v.session_id, v.viewed_at, v.entity_type, v.entity_id::oracle.entity_id_type nulls first, v.source_no, v.device_no, v.kind;

-- What is this dimension of a view?
create function oracle.fact_of(p_dimension text, p_source_no integer, p_device_no integer, p_kind text) returns text
language sql stable
begin atomic
  select case
    when p_dimension = 'visitor_kind' then case p_kind when 'a' then 'account' when 'v' then 'anonymous' when 's' then 'anonymous' end
    else coalesce(
      (select to_jsonb(s) ->> p_dimension from analytics_sources s where s.source_no = p_source_no),
      (select to_jsonb(d) ->> p_dimension from analytics_devices d where d.device_no = p_device_no)
    )
  end;
end;

-- How many views, visitors and entries has each value, of the views that are still there and that a filter lets through, until a local time?
-- A visitor who came by
-- two values is counted for both.
create function oracle.breakdown(
  p_entity_type text, p_entity_id text, p_date_from date, p_date_to date, p_dimension text,
  p_filter_dimension text default null, p_filter_value text default null, p_until timestamp default null
) returns table (
  value text, views bigint, timed_views bigint, time_total bigint, visitors bigint, accounts bigint, entries bigint, bounces bigint
)
language sql stable
begin atomic
  with
  asked as (
    select v.*, oracle.fact_of(p_dimension, v.source_no, v.device_no, v.kind::text) as value
    from oracle.live_views v
    where v.entity_type = p_entity_type and v.entity_id is not distinct from oracle.entity_id(p_entity_id)
      and v.date between p_date_from and p_date_to and v.date >= (select oracle.sealed_before())
      and (p_until is null or v.viewed_at at time zone oracle.time_zone() < p_until)
      and (
        p_filter_dimension is null
        or oracle.fact_of(p_filter_dimension, v.source_no, v.device_no, v.kind::text) is not distinct from p_filter_value
      )
  ),
  entered as (
    select e.is_bounce, oracle.fact_of(p_dimension, e.source_no, e.device_no, e.kind::text) as value
    from oracle.entry_views e
    where e.entity_type = p_entity_type and e.entity_id is not distinct from oracle.entity_id(p_entity_id)
      and e.date between p_date_from and p_date_to and e.date >= (select oracle.sealed_before())
      and (p_until is null or e.viewed_at at time zone oracle.time_zone() < p_until)
      and (
        p_filter_dimension is null
        or oracle.fact_of(p_filter_dimension, e.source_no, e.device_no, e.kind::text) is not distinct from p_filter_value
      )
  )
  select
    a.value, count(*), count(a.time_on_page), coalesce(sum(a.time_on_page), 0), count(distinct a.visitor),
    count(distinct a.visitor) filter (where a.is_account),
    (select count(*) from entered e where e.value is not distinct from a.value),
    (select count(*) from entered e where e.value is not distinct from a.value and e.is_bounce)
  from asked a
  group by a.value;
end;

-- The same as it is answered, from the most visitors downwards.
create function oracle.breakdown_answer(
  p_entity_type text, p_entity_id text, p_date_from date, p_date_to date, p_dimension text,
  p_filter_dimension text default null, p_filter_value text default null
) returns jsonb
language sql stable
begin atomic
  select jsonb_agg(
    jsonb_build_object(
      'value', b.value, 'views', b.views, 'unique_visitors', b.visitors, 'unique_accounts', b.accounts,
      'anonymous_visitors', b.visitors - b.accounts, 'avg_time_on_page', round(b.time_total::numeric / nullif(b.timed_views, 0), 2),
      'entries', b.entries, 'bounce_rate', round(100.0 * b.bounces / nullif(b.entries, 0), 2)
    ) order by b.visitors desc, b.views desc, b.value collate "C"
  )
  from oracle.breakdown(p_entity_type, p_entity_id, p_date_from, p_date_to, p_dimension, p_filter_dimension, p_filter_value) b;
end;

-- Which entities of a type, or of all, have the most, and what? Of equals those that were viewed first.
create function oracle.top_entities(p_entity_type text, p_date_from date, p_date_to date, p_sort text, p_limit integer) returns jsonb
language sql stable
begin atomic
  select coalesce(jsonb_agg(to_jsonb(t) order by t.rank), '[]')
  from (
    select
      row_number() over (
        order by case p_sort when 'views' then v.views when 'unique_accounts' then v.accounts else v.visitors end desc, v.first_view,
          v.entity_type collate "C", v.entity_id::oracle.entity_id_type nulls first
      ) as rank,
      v.entity_type, v.entity_id, v.views, v.visitors as unique_visitors, v.accounts as unique_accounts, v.first_view
    from (
      select
        w.entity_type, w.entity_id, to_char(min(w.viewed_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as first_view,
        count(*) filter (where w.date between p_date_from and p_date_to) as views,
        count(distinct w.visitor) filter (where w.date between p_date_from and p_date_to) as visitors,
        count(distinct w.visitor) filter (where w.date between p_date_from and p_date_to and w.is_account) as accounts
      from oracle.live_views w
      where (p_entity_type is null and w.entity_type not like 'headcount:%') or w.entity_type = p_entity_type
      group by w.entity_type, w.entity_id
    ) v
    where case p_sort when 'views' then v.views when 'unique_accounts' then v.accounts else v.visitors end > 0
  ) t
  where t.rank <= p_limit;
end;

-- Which entities of a type, or of all, had more visitors on a date than usually on that day of the week, and how far above? After them those
-- that there is nothing to compare with. Of an owner: those that it had on that date.
create function oracle.trending_entities(
  p_entity_type text, p_date date, p_limit integer, p_least_visitors integer, p_owner_id text default null
) returns jsonb
language sql stable
begin atomic
  select coalesce(jsonb_agg(jsonb_build_array(t.entity_type, t.entity_id, t.score) order by t.place), '[]')
  from (
    select
      s.entity_type, s.entity_id, s.score,
      row_number() over (
        order by (s.score is null)::integer, s.score desc, case when s.score is null then -s.now end, s.first_view,
          s.entity_type collate "C", s.entity_id::oracle.entity_id_type nulls first
      ) as place
    from (
      select
        v.entity_type, v.entity_id, v.first_view, v.now, (
          select round(2 * (sqrt(v.now + 0.375) - sqrt(avg(w.visitors) + 0.375)), 2)
          from (
            select count(distinct b.visitor) as visitors
            from generate_series(1, 4) k
            left join oracle.live_views b
              on b.entity_type = v.entity_type and b.entity_id is not distinct from v.entity_id and b.date = p_date - 7 * k
            where p_date - 7 * k >= (v.first_view at time zone oracle.time_zone())::date
            group by k
          ) w
        ) as score
      from (
        select
          w.entity_type, w.entity_id, min(w.viewed_at) as first_view, count(distinct w.visitor) filter (where w.date = p_date)::numeric as now
        from oracle.live_views w
        where (p_entity_type is null and w.entity_type not like 'headcount:%') or w.entity_type = p_entity_type
        group by w.entity_type, w.entity_id
        having p_owner_id is null or bool_or(w.owner_id = p_owner_id and w.date = p_date)
      ) v
      where v.now >= p_least_visitors
    ) s
    where s.score is null or s.score > 0
  ) t
  where t.place <= p_limit;
end;

-- What has each entity of an owner of the views that are the owner's, between two dates? Who is new is new to the entity.
create function oracle.counts_of_owner(p_owner_id text, p_date_from date, p_date_to date) returns table (
  entity_type text, entity_id text, views bigint, unique_visitors bigint, unique_accounts bigint, new_visitors bigint, bounce_rate numeric
)
language sql stable
begin atomic
  with entries as (
    select distinct on (v.session_id)
      v.entity_type, v.entity_id, v.owner_id, v.date,
      count(*) over session = 1 and coalesce(sum(v.time_on_page) over session, 0) < 10 as is_bounce
    from oracle.live_views v
    where v.session_id is not null and v.entity_type not like 'headcount:%'
    window session as (partition by v.session_id)
    order by
      v.session_id, v.viewed_at, v.entity_type, v.entity_id::oracle.entity_id_type nulls first,
      v.owner_id::oracle.entity_id_type nulls first
  )
  select
    v.entity_type, v.entity_id, count(*), count(distinct v.visitor), count(distinct v.visitor) filter (where v.is_account),
    count(distinct v.visitor) filter (
      where not exists (
        select from oracle.live_views b
        where b.entity_type = v.entity_type and b.entity_id is not distinct from v.entity_id and b.visitor = v.visitor
          and b.date < p_date_from
      )
    ),
    (
      select round(100.0 * count(*) filter (where e.is_bounce) / nullif(count(*), 0), 2) from entries e
      where e.owner_id = p_owner_id and e.entity_type = v.entity_type and e.entity_id is not distinct from v.entity_id
        and e.date between p_date_from and p_date_to
    )
  from oracle.live_views v
  where v.entity_type not like 'headcount:%' and v.owner_id = p_owner_id and v.date between p_date_from and p_date_to
  group by v.entity_type, v.entity_id;
end;

-- Which of its entities have the most?
create function oracle.top_entities_of_owner(p_owner_id text, p_date_from date, p_date_to date, p_sort text, p_limit integer)
returns jsonb
language sql stable
begin atomic
  select coalesce(jsonb_agg(to_jsonb(t) order by t.rank), '[]')
  from (
    select
      row_number() over (
        order by case p_sort when 'views' then c.views when 'unique_accounts' then c.unique_accounts else c.unique_visitors end desc,
          f.first_view, c.entity_type collate "C", c.entity_id::oracle.entity_id_type nulls first
      ) as rank,
      c.*, f.first_view
    from oracle.counts_of_owner(p_owner_id, p_date_from, p_date_to) c
    cross join lateral oracle.first_and_last_view(c.entity_type, c.entity_id) f
    where case p_sort when 'views' then c.views when 'unique_accounts' then c.unique_accounts else c.unique_visitors end > 0
  ) t
  where t.rank <= p_limit;
end;
