-- Verifying in a slice, whose sessions view entities of all slices: in one snapshot of all.

-- The sessions of all slices that entered at this entity.
create or replace function :schema.sessions_of_entity(p_entity_type text, p_entity_id :entity_id_type) returns table (
  first_seen_at timestamptz, total_views integer, time_total bigint
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select s.first_seen_at, s.total_views, s.time_total
  from :all_slices.visitor_sessions s
  -- as its index has it
  where (
    (:entity_id_hash(s.entry_entity_id, hashtextextended(s.entry_entity_type, 0)) << 32)
      | ((s.first_seen_at at time zone 'UTC')::date - date '0001-01-01')::bigint
  ) between :entity_id_hash(p_entity_id, hashtextextended(p_entity_type, 0)) << 32
    and :entity_id_hash(p_entity_id, hashtextextended(p_entity_type, 0)) << 32 | 4294967295
    and s.total_views > 0 and s.entry_entity_id = p_entity_id and s.entry_entity_type = p_entity_type;
end
$$;

-- What is on its way to entries of these entities: handed on and not fetched, or not folded.
create or replace function :schema.entries_to_be_added(p_slice :schema.entity_slice) returns table (
  entity_id :entity_id_type, date date, hour smallint, entries integer, bounces integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select q.entity_id, q.date, q.hour, q.entries, q.bounces
  from (
    select q.entity_type, q.entity_id, q.date, q.hour, q.entries, q.bounces from :schema.entry_changes q
    union all
    select o.entity_type, o.entity_id, o.date, o.hour, o.entries, o.bounces
    from :all_slices.outgoing_entries o
    where o.for_slice = :slice_number and o.change_id > all (
      select f.through from :schema.fetched_changes f where f.from_slice = o.slice and f.of_entries
    )
  ) q
  where q.entity_type = p_slice.entity_type and q.entity_id between p_slice.first_id and p_slice.last_id;
end
$$;

-- The page views of these sessions in all slices, less what is pending there, on its way here, or not folded here. Of owners slices know nothing.
create or replace function :schema.views_of_sessions_to_be_counted(
  p_first_id :session_id_type, p_last_id :session_id_type, p_with_owners boolean
) returns table (
  session_id :session_id_type, entity_type text, entity_id :entity_id_type, owner_id :entity_id_type, account_id :account_id_type,
  identified boolean, viewed_at timestamptz, time_on_page bigint, views integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select
    -- whether a session is identified is not asked in slices
    v.session_id, v.entity_type, v.entity_id, null:::entity_id_type, v.account_id, null::boolean, v.viewed_at, v.time_on_page, v.views
  from (
    select
      pv.session_id:::session_id_type as session_id, pv.entity_type::text as entity_type,
      case when pv.entity_id is null then :no_entity else pv.entity_id:::entity_id_type end as entity_id,
      pv.account_id:::account_id_type as account_id, pv.viewed_at,
      case when pv.time_on_page >= 0 and pv.time_on_page < 2147483648 then pv.time_on_page::bigint end as time_on_page, 1 as views
    from :all_slices.page_view_rows pv
    where pv.session_id between p_first_id and p_last_id and pv.entity_type not like 'headcount:%'
      and pv.viewed_at >= timestamptz '0001-01-02 00:00:00+00' and pv.viewed_at < timestamptz '9999-12-31 00:00:00+00'
      and octet_length(pv.entity_type)
        + case :'entity_id_type' when 'text' then coalesce(octet_length(pv.entity_id::text), 0) else 0 end
        + case :'account_id_type' when 'text' then coalesce(octet_length(pv.account_id::text), 0) else 0 end
        + case :'session_id_type' when 'text' then octet_length(pv.session_id::text) else 0 end
        + case :'session_id_type' when 'text' then coalesce(octet_length(pv.visitor_id::text), 0) else 0 end <= :max_id_bytes
    union all
    select q.session_id, q.entity_type, q.entity_id, q.account_id, q.viewed_at, q.time_on_page, -q.sign
    from :all_slices.page_view_changes q
    where q.session_id between p_first_id and p_last_id
    union all
    select o.session_id, o.entity_type, o.entity_id, o.account_id, o.viewed_at, o.time_on_page, -o.sign
    from :all_slices.outgoing_changes o
    where o.session_id between p_first_id and p_last_id and o.for_slice = :slice_number and o.change_id > all (
      select f.through from :schema.fetched_changes f where f.from_slice = o.slice and not f.of_entries
    )
    union all
    select q.session_id, q.entity_type, q.entity_id, q.account_id, q.viewed_at, q.time_on_page, -q.sign
    from :schema.session_changes q
    where q.session_id between p_first_id and p_last_id
  ) v
  where :all_slices.slice_of_session(v.session_id) = :slice_number;
end
$$;

-- Which of these sessions are not compared? Those that are to be read again.
create or replace function :schema.sessions_not_compared(p_first_id :session_id_type, p_last_id :session_id_type, p_time_zone text)
returns table (session_id :session_id_type)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  select q.session_id from :schema.session_changes q where q.sign = 0 and q.session_id between p_first_id and p_last_id
  union
  select o.session_id
  from :all_slices.outgoing_changes o
  where o.sign = 0 and o.session_id between p_first_id and p_last_id and o.for_slice = :slice_number and o.change_id > all (
    select f.through from :schema.fetched_changes f where f.from_slice = o.slice and not f.of_entries
  );
end
$$;

-- Which sessions come after this one, in page views of any slice or stored in this one, with about so many page views? NULL when none does.
create or replace function :schema.sessions_to_compare(
  p_after :session_id_type, p_limit integer, out first_id :session_id_type, out last_id :session_id_type
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  select (array_agg(n.session_id order by n.session_id))[1], (array_agg(n.session_id order by n.session_id desc))[1]
  into first_id, last_id
  from (
    select pv.session_id:::session_id_type as session_id from :all_slices.page_view_rows pv
    where pv.session_id is not null and (p_after is null or pv.session_id > p_after)
    union all
    select s.session_id from :schema.visitor_sessions s where p_after is null or s.session_id > p_after
    order by 1
    limit p_limit
  ) n;
end
$$;
