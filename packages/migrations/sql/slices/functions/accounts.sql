-- What a slice knows of accounts. What they are called, and the rest that the host knows of them, is known elsewhere.

-- Which accounts have viewed this entity, with all that is pending? NULL when more than p_limit have.
create or replace function :schema.accounts_that_viewed(
  p_entity_type text, p_entity_id :entity_id_type, p_limit integer, out accounts :visitor_id_type[]
)
language sql stable
begin atomic
  select case when count(*) <= p_limit then coalesce(array_agg(v.visitor_id), '{}') end
  from (
    (
      select v.visitor_id
      from :schema.analytics_entity_visitors v
      where v.entity_type = p_entity_type and v.entity_id = p_entity_id and v.kind = 'a'
      limit p_limit + 1
    )
    union
    select q.account_id:::visitor_id_type
    from :schema.page_view_changes q
    where q.slot = :schema.entity_slot(p_entity_type, p_entity_id)
      and q.entity_type = p_entity_type and q.entity_id = p_entity_id and q.account_id is not null
  ) v;
end;

-- The views of each account on these dates, and one row that has nothing but the totals of these dates: both as of one moment.
create or replace function :schema.accounts_with_totals(
  p_entity_type text, p_entity_id :entity_id_type, p_start_date date, p_end_date date
) returns table (
  counts text, live boolean, pending_changes integer, folded_through text,
  visitor_id :visitor_id_type, views bigint, timed_views bigint, time_total numeric
)
language sql stable
begin atomic
  select
    t.counts, t.live, t.pending_changes, t.folded_through, null:::visitor_id_type, null::bigint, null::bigint, null::numeric
  from :schema.entity_totals_columns(array[p_entity_type], array[p_entity_id], p_start_date, p_end_date, null) t
  union all
  select null, null, null, null, a.visitor_id, a.views, a.timed_views, a.time_total
  from :schema.accounts_between(p_entity_type, p_entity_id, p_start_date, p_end_date) a;
end;
