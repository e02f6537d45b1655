-- What the host's view of accounts knows of viewers besides their names: the columns that the settings name.

-- Is this a column of the view that the settings name? In PL/pgSQL, so that a statement does not have to plan it.
create or replace function :schema.keeps_attribute(p_attribute text) returns boolean
language plpgsql stable
:settings_of_readers
as $$
begin
  return exists (
    select 1
    from :schema.analytics_settings s
    join pg_attribute a on a.attname = any (s.viewer_attributes)
    where a.attname = p_attribute and not a.attisdropped
      and a.attrelid = (:'schema' || '.analytics_accounts')::regclass
  );
end
$$;

-- The attributes of these visitors, an object each, as one JSON array in their order: {} of who has no account.
create or replace function :schema.attributes_of_visitors(p_visitors :schema.listed_visitor[], p_attributes text[]) returns text
language sql stable
begin atomic
  select json_agg(v.viewer order by v.nth)::text
  from (
    -- a view may have several rows of an account: named_visitors takes the same one
    select distinct on (u.ordinality)
      u.ordinality as nth,
      case
        when u.kind in ('a', 'n') then (select json_object_agg(n.name, a.account ->> n.name order by n.nth) from unnest(p_attributes) with ordinality n (name, nth))
        else '{}'
      end as viewer
    from unnest(p_visitors) with ordinality u
    left join :schema.account_rows() a on a.account_id = case when u.kind in ('a', 'n') then u.visitor_id:::account_id_type end
    order by u.ordinality, a.account ->> 'username', a.account ->> 'display_name'
  ) v;
end;
