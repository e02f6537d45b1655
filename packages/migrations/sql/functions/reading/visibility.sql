-- Who may be seen. The host's view of accounts may have a column visibility. An account that is 'named' there is listed; one that is
-- 'attributes' is listed without its name, its id and its times of day: its kind is 'n' then, instead of 'a'. Every other one is counted and
-- never listed, and so is an account that the view has no row of. Without the column everybody is listed.

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

-- Which of these visitors may be listed? In their order. p_only_named: without those whose name may not be seen.
create or replace function :schema.shown_visitors(p_visitors :schema.listed_visitor[], p_only_named boolean)
returns :schema.listed_visitor[]
language sql stable
begin atomic
  select coalesce(
    array_agg(
      row(
        case when a.is_named then v.kind else 'n' end, v.visitor_id, v.visit_count, v.days_visited, v.first_visit, v.last_visit,
        v.avg_time_on_page
      ):::schema.listed_visitor
      order by v.ordinality
    ), '{}'
  )
  from unnest(p_visitors) with ordinality v
  cross join lateral (
    -- a view may have several rows of an account
    select
      v.kind <> 'a' or coalesce(bool_and(r.account ->> 'visibility' is not distinct from 'named'), false) as is_named,
      coalesce(bool_and(coalesce(r.account ->> 'visibility' in ('named', 'attributes'), false)), false) as is_shown
    from :schema.account_rows() r
    where v.kind = 'a' and r.account_id = case when v.kind = 'a' then v.visitor_id:::account_id_type end
  ) a
  where a.is_named or a.is_shown and not p_only_named;
end;

-- These visitors with no account's name: see shown_visitors.
create or replace function :schema.visitors_without_names(p_visitors :schema.listed_visitor[]) returns :schema.listed_visitor[]
language sql stable
begin atomic
  select array(
    select row(
      case v.kind when 'a' then 'n' else v.kind end, v.visitor_id, v.visit_count, v.days_visited, v.first_visit, v.last_visit,
      v.avg_time_on_page
    ):::schema.listed_visitor
    from unnest(p_visitors) with ordinality v
    order by v.ordinality
  );
end;
