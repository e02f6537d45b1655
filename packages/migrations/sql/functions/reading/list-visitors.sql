-- The list of visitors: every page of it, in every order, of everybody or of some.

-- Who viewed this entity on these dates, or ever (from -infinity to infinity), with all that is pending? p_is_account: only accounts,
-- or only who has none; p_accounts: only these; NULL for all. For p_sort and p_after see is_behind; without p_limit
-- everybody. On dates that have no more than p_few visitors, each counted once a day, all of them are read.
create or replace function :schema.list_visitors_among(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_accounts :visitor_id_type[], p_sort text, p_after :schema.listed_visitor, p_limit integer,
  p_few integer default 1000,
  out is_live boolean, out pending_changes integer, out folded_through timestamptz, out visitors :schema.listed_visitor[]
)
language plpgsql stable
:settings_of_readers
as $$
declare
  -- a longer page is not found by looking its visitors up
  c_longest_page constant integer := 2000;
  -- to look a visitor up costs about as much as reading so many in a row
  c_read_in_a_row constant integer := 20;
  v_is_all_time boolean := p_start_date = '-infinity' and p_end_date = 'infinity';
  v_is_account boolean := case when p_accounts is null then p_is_account else true end;
  v_after :schema.listed_visitor := p_after;
  v_days :schema.visitor_day_delta[];
  v_touched :schema.listed_visitor[];
  -- how many visitors there are to be counted: of dates, each once a day
  v_many bigint;
  v_found :schema.listed_visitor[];
  v_once :schema.listed_visitor[];
begin
  select p.is_live, p.pending_changes, p.folded_through, p.days into is_live, pending_changes, folded_through, v_days
  from :schema.pending_visitor_days(p_entity_type, p_entity_id) p;
  visitors := '{}';
  if p_accounts = '{}' or not p_is_account and p_accounts is not null then
    return;
  end if;
  v_touched := case
    when v_days = '{}' then '{}'
    when v_is_all_time then array(select t from :schema.visitors_after(v_days) t)
    else array(
      select t from :schema.visitors_after_on_dates(p_entity_type, p_entity_id, p_start_date, p_end_date, v_days) t
    )
  end;
  -- over all time, indexes lead to the first of any number
  if not v_is_all_time or p_sort = 'last_visit' or p_accounts is not null then
    v_many := (
      select coalesce(sum(case when v_is_all_time then d.visitors - coalesce(d.again_ever, 0) else d.visitors end), 0)
      from :schema.analytics_days d
      where d.entity_type = p_entity_type and d.entity_id = p_entity_id and d.date between p_start_date and p_end_date
    );
  end if;

  if cardinality(p_accounts) * c_read_in_a_row < v_many then
    v_found := array(
      select v
      from :schema.accounts_on_dates(p_entity_type, p_entity_id, p_start_date, p_end_date, p_accounts) v
      where (v.visitor_id, v.kind) not in (select t.visitor_id, t.kind from unnest(v_touched) t)
    );
    v_found := array(select f from :schema.first_visitors(v_found, p_sort, p_after, p_limit) f);
  elsif coalesce(v_many > p_few, true) and p_limit between 1 and c_longest_page then
    v_found := '{}';
    -- who came more than once is before who came once
    if p_sort = 'visit_count' and (p_after is null or (p_after).visit_count > 1) then
      v_found := :schema.returning_visitors(
        p_entity_type, p_entity_id, p_start_date, p_end_date, v_is_account, p_accounts, p_after, p_limit, v_touched, v_many
      );
      v_after := null;
    end if;
    if cardinality(v_found) < p_limit then
      v_once := :schema.visitors_by_time(
        p_entity_type, p_entity_id, p_start_date, p_end_date, v_is_account, p_accounts, p_sort, v_after,
        p_limit - cardinality(v_found), v_touched, v_many / c_read_in_a_row
      );
      v_found := case when v_once is not null then v_found || v_once end;
    end if;
  end if;

  if v_found is null then
    visitors := array(
      select v
      from :schema.all_visitors(
        p_entity_type, p_entity_id, p_start_date, p_end_date, v_is_account, p_accounts, p_sort, p_after, p_limit, v_days, v_touched
      ) v
    );
  elsif v_touched = '{}' then
    visitors := v_found;
  else
    v_found := v_found || array(
      select t from unnest(v_touched) t
      where (v_is_account is null or (t.kind = 'a') = v_is_account)
        and (p_accounts is null or t.visitor_id in (select a.visitor_id from unnest(p_accounts) a (visitor_id)))
    );
    visitors := array(select f from :schema.first_visitors(v_found, p_sort, p_after, p_limit) f);
  end if;
end
$$;

-- About how many accounts are there in all? What ANALYZE counted in the largest table that the host's view reads.
create or replace function :schema.number_of_accounts() returns real
language sql stable
begin atomic
  select max(t.reltuples)
  from pg_class v
  join pg_rewrite r on r.ev_class = v.oid
  join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
  join pg_class t on t.oid = d.refobjid
  where v.relnamespace = :'schema'::regnamespace and v.relname = 'analytics_accounts';
end;

-- What is this account called? Looked up one by one: the planner takes ILIKE for nearly free, and would read all accounts to find some.
create or replace function :schema.names_of(p_account_id :visitor_id_type) returns table (username text, display_name text)
language sql stable
begin atomic
  select a.username, a.display_name from :schema.analytics_accounts a
  where a.account_id = p_account_id:::account_id_type
  offset 0;
end;

-- The accounts whose username or display name has this text in it, whatever its case. Anonymous visitors have neither, so
-- no search finds them. Where few accounts viewed the entity, only those are asked for their names: others are not listed anyway.
-- Where many did, the first of them behind p_after are asked: mostly they fill the page of p_limit. When they do not, all that viewed it
-- are, or all accounts there are: to look one up costs as much as reading four in a row.
-- The host's view may call functions of the host's, so this has no search_path of its own.
create or replace function :schema.accounts_named(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_search text, p_sort text, p_after :schema.listed_visitor, p_limit integer
) returns :visitor_id_type[]
language sql stable
begin atomic
  with
  search as (
    select
      '%' || regexp_replace(p_search, '([\\%_])', '\\\1', 'g') || '%' as pattern, n.viewers <= 3000 as of_few,
      n.viewers * 4 <= :schema.number_of_accounts() as of_a_part
    from (
      select coalesce(sum(d.accounts - coalesce(d.accounts_again_ever, 0)), 0) as viewers from :schema.analytics_days d
      where d.entity_type = p_entity_type and d.entity_id = p_entity_id
    ) n
  ),
  viewers as materialized (
    select v.visitor_id
    from :schema.analytics_entity_visitors v
    where v.entity_type = p_entity_type and v.entity_id = p_entity_id and v.kind = 'a'
    union
    select q.account_id:::visitor_id_type
    from :schema.page_view_changes q
    where q.slot = :schema.entity_slot(p_entity_type, p_entity_id)
      and q.entity_type = p_entity_type and q.entity_id = p_entity_id and q.account_id is not null
  ),
  asked as materialized (
    select v.visitor_id from viewers v where (select s.of_few from search s)
    union all
    select u.visitor_id
    from search s
    cross join lateral :schema.list_visitors_among(
      p_entity_type, p_entity_id, p_start_date, p_end_date, true, null, p_sort, p_after, least(15 * p_limit, 1500)
    ) l
    cross join lateral unnest(l.visitors) u
    where not s.of_few and p_limit <= 1500
  ),
  named as materialized (
    select f.visitor_id
    from search s
    cross join asked f
    cross join lateral :schema.names_of(f.visitor_id) a
    where a.username ilike s.pattern or a.display_name ilike s.pattern
  )
  select case
    when s.of_few or (select count(distinct n.visitor_id) from named n) >= p_limit then array(select n.visitor_id from named n)
    when s.of_a_part then array(
      select v.visitor_id
      from viewers v
      cross join lateral :schema.names_of(v.visitor_id) a
      where a.username ilike s.pattern or a.display_name ilike s.pattern
    )
    else array(
      select a.account_id:::visitor_id_type from :schema.analytics_accounts a
      where a.username ilike s.pattern or a.display_name ilike s.pattern
    )
  end
  from search s;
end;

-- The first p_limit of them who may be seen, behind p_after. p_page: the first page of everybody; as many more are read as have to be.
-- Called where the host's view says who may be seen, and not planned elsewhere.
create or replace function :schema.shown_page(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_search text, p_sort text, p_limit integer, p_page :schema.listed_visitor[]
) returns :schema.listed_visitor[]
language sql stable
begin atomic
  with recursive pages as (
    select 1 as nth, p_limit as page_limit, p_page as found, :schema.shown_visitors(p_page, p_search is not null) as shown
    union all
    select p.nth + 1, least(2 * p.page_limit, 2000), l.visitors, p.shown || :schema.shown_visitors(l.visitors, p_search is not null)
    from pages p
    cross join lateral :schema.list_visitors_among(
      p_entity_type, p_entity_id, p_start_date, p_end_date, p_is_account,
      case when p_search is not null then :schema.accounts_named(
        p_entity_type, p_entity_id, p_start_date, p_end_date, p_search, p_sort, p.found[cardinality(p.found)], least(2 * p.page_limit, 2000)
      ) end,
      p_sort, p.found[cardinality(p.found)],
      least(2 * p.page_limit, 2000)
    ) l
    where cardinality(p.shown) < p_limit and cardinality(p.found) = p.page_limit
  )
  select case when p_limit is null then p.shown else p.shown[:p_limit] end
  from pages p
  order by p.nth desc
  limit 1;
end;

-- The same list, with accounts that are searched for by a part of their names, and without those who may not be seen: see shown_visitors.
-- p_entity_id is NULL for pages without an entity.
create or replace function :schema.list_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date,
  p_is_account boolean, p_search text, p_sort text, p_after :schema.listed_visitor, p_limit integer
) returns table (
  is_live boolean, pending_changes integer, folded_through timestamptz, visitors :schema.listed_visitor[]
)
language sql stable
begin atomic
  select
    l.is_live, l.pending_changes, l.folded_through,
    case
      when :schema.has_visibility() then :schema.shown_page(
        p_entity_type, coalesce(p_entity_id, :no_entity), p_start_date, p_end_date, p_is_account, p_search, p_sort, p_limit, l.visitors
      )
      else l.visitors
    end
  from :schema.list_visitors_among(
    p_entity_type, coalesce(p_entity_id, :no_entity), p_start_date, p_end_date, p_is_account,
    case when p_search is not null then :schema.accounts_named(
      p_entity_type, coalesce(p_entity_id, :no_entity), p_start_date, p_end_date, p_search, p_sort, p_after, p_limit
    ) end,
    p_sort, p_after, p_limit
  ) l
  -- inlined, the list would be made anew wherever it is used
  offset 0;
end;

-- How many visitors of these dates may not be seen, and how many views do they have? Both in one array.
create or replace function :schema.hidden_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns double precision[]
language sql stable
begin atomic
  select array[count(*), coalesce(sum(u.visit_count), 0)]::double precision[]
  from :schema.list_visitors_among(
    p_entity_type, coalesce(p_entity_id, :no_entity), p_start_date, p_end_date, true, null, 'last_visit', null, null
  ) l
  cross join lateral unnest(l.visitors) u
  where u.visitor_id not in (select s.visitor_id from unnest(:schema.shown_visitors(l.visitors, false)) s);
end;
