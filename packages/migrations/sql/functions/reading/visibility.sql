-- Who may be seen. The host's view of accounts may have a column visibility: an account that is not 'named' there is counted and
-- never listed, and neither is an account that it has no row of. Without the column everybody is listed.

-- The rows of the host's view, with all the columns it has by now. Its text is read anew for each use, because a column may be added to the
-- view at any time; and nothing in it but the view is looked for on a search_path.
create or replace function :schema.account_rows() returns table (account_id :account_id_type, account jsonb)
language sql stable
as $$
  select a.account_id, pg_catalog.to_jsonb(a) from :schema.analytics_accounts a
$$;

-- Does the view say who may be seen? In PL/pgSQL, so that the statement of a list does not have to plan it.
create or replace function :schema.has_visibility() returns boolean
language plpgsql stable
:settings_of_readers
as $$
begin
  return exists (
    select 1 from pg_attribute a
    where a.attrelid = (:'schema' || '.analytics_accounts')::regclass and a.attname = 'visibility' and not a.attisdropped
  );
end
$$;

-- Which of these visitors may be listed? In their order.
create or replace function :schema.shown_visitors(p_visitors :schema.listed_visitor[]) returns :schema.listed_visitor[]
language sql stable
begin atomic
  select coalesce(array_agg(v.visitor order by v.nth), '{}')
  from (
    select
      row(u.kind, u.visitor_id, u.visit_count, u.days_visited, u.first_visit, u.last_visit, u.avg_time_on_page):::schema.listed_visitor as visitor,
      u.ordinality as nth, u.kind, u.visitor_id
    from unnest(p_visitors) with ordinality u
  ) v
  where v.kind <> 'a' or (
    -- a view may have several rows of an account
    select bool_and(coalesce(a.account ->> 'visibility' = 'named', false)) from :schema.account_rows() a
    where a.account_id = v.visitor_id:::account_id_type
  );
end;
