-- Verifying: what do the rollups of some entities say, and what do page views say?
--
-- Nothing here is shared with what writes rollups: a definition that both had wrong would be found by nobody. What is
-- compared is one snapshot of everything, so that views may come and folding may go on: the rollups must hold the page
-- views less what is pending. What does not fit into memory is spilled to disk.

-- The page views of these groups: of an owner, of a type, or all.
create or replace function :schema.views_of_groups_to_be_counted(p_slice :schema.entity_slice) returns table (
  entity_id :entity_id_type, account_id :account_id_type, session_id :session_id_type, browser_id :session_id_type,
  viewed_at timestamptz, time_on_page bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  v_of_owners boolean := p_slice.entity_type = 'headcount:owner';
begin
  return query
  select
    case when v_of_owners then pv.owner_id else :no_entity end,
    pv.account_id:::account_id_type, pv.session_id:::session_id_type, pv.visitor_id:::session_id_type, pv.viewed_at,
    case when pv.time_on_page >= 0 and pv.time_on_page < 2147483648 then pv.time_on_page::bigint end
  from :page_view_rows pv
  where (
      (v_of_owners and pv.owner_id between p_slice.first_id and p_slice.last_id)
      or p_slice.entity_type = 'headcount:site'
      or p_slice.entity_type = 'headcount:type:' || pv.entity_type
    )
    and pv.entity_type not like 'headcount:%'
    and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
    and octet_length(pv.entity_type)
      + case :'entity_id_type' when 'text' then coalesce(octet_length(pv.entity_id::text), 0) else 0 end
      + case :'account_id_type' when 'text' then coalesce(octet_length(pv.account_id::text), 0) else 0 end
      + case :'session_id_type' when 'text' then coalesce(octet_length(pv.session_id::text), 0) else 0 end
      + case :'session_id_type' when 'text' then coalesce(octet_length(pv.visitor_id::text), 0) else 0 end <= :max_id_bytes;
end
$$;

-- The page views of these entities, or groups, less what is pending, each as often as the rollups should have counted it. Less than
-- never when more is pending than there is. From p_start_date on: of earlier dates page views may be gone.
create or replace function :schema.views_to_be_counted(
  p_slice :schema.entity_slice, p_time_zone text, p_start_date date
) returns table (
  entity_id :entity_id_type, kind "char", visitor_id :visitor_id_type, session_id :session_id_type,
  viewed_at timestamptz, local_time timestamp, time_on_page bigint, views bigint
)
language sql stable
begin atomic
  select
    s.entity_id,
    case
      when s.account_id is not null then 'a'::"char"
      when s.browser_id is not null then 'v'::"char"
      when s.session_id is not null then 's'::"char"
    end,
    case
      when s.account_id is not null then s.account_id:::visitor_id_type
      when s.browser_id is not null then s.browser_id:::visitor_id_type
      else s.session_id:::visitor_id_type
    end,
    s.session_id, s.viewed_at, s.viewed_at at time zone p_time_zone, s.time_on_page, sum(s.views)
  from (
    select
      case when pv.entity_id is null then :no_entity else pv.entity_id:::entity_id_type end as entity_id,
      pv.account_id:::account_id_type as account_id, pv.session_id:::session_id_type as session_id,
      pv.visitor_id:::session_id_type as browser_id, pv.viewed_at,
      case when pv.time_on_page >= 0 and pv.time_on_page < 2147483648 then pv.time_on_page::bigint end as time_on_page, 1 as views
    from :page_view_rows pv
    where pv.entity_type = (p_slice).entity_type and pv.entity_type not like 'headcount:%'
      and (
        pv.entity_id between (p_slice).first_id and (p_slice).last_id
        or ((p_slice).first_id = :no_entity and pv.entity_id is null)
      )
      -- what is not counted: instants that no calendar has a place for, and ids that no key has room for
      and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
      and octet_length(pv.entity_type)
        + case :'entity_id_type' when 'text' then coalesce(octet_length(pv.entity_id::text), 0) else 0 end
        + case :'account_id_type' when 'text' then coalesce(octet_length(pv.account_id::text), 0) else 0 end
        + case :'session_id_type' when 'text' then coalesce(octet_length(pv.session_id::text), 0) else 0 end
        + case :'session_id_type' when 'text' then coalesce(octet_length(pv.visitor_id::text), 0) else 0 end <= :max_id_bytes
    union all
    select g.entity_id, g.account_id, g.session_id, g.browser_id, g.viewed_at, g.time_on_page, 1
    from (select 1 where (p_slice).entity_type like 'headcount:%') o
    cross join lateral :schema.views_of_groups_to_be_counted(p_slice) g
    union all
    select q.entity_id, q.account_id, q.session_id, q.visitor_id, q.viewed_at, q.time_on_page, -q.sign
    from :schema.page_view_changes q
    where q.entity_type = (p_slice).entity_type and q.entity_id between (p_slice).first_id and (p_slice).last_id
  ) s
  where p_start_date = '-infinity' or (s.viewed_at at time zone p_time_zone)::date >= p_start_date
  group by s.entity_id, s.account_id, s.session_id, s.browser_id, s.viewed_at, s.time_on_page
  having sum(s.views) <> 0;
end;
