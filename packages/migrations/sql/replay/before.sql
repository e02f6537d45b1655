-- Before anything is changed where Headcount is installed: nobody folds, and what hosts were granted is remembered.

-- The rows that folding locks: what folds now is waited for, and what would fold afterwards waits.
do $$
begin
  perform 1 from :schema.analytics_slots s order by s.slot for no key update;
end
$$;

-- Grants are lost with a function or view that is dropped and made anew: after.sql gives them again.
create table :schema.headcount_kept_grants as
select 'function' as kind, p.proname::text as name, null::text as column_name, p.oid, p.proacl as grants
from pg_proc p
where p.pronamespace = :'schema'::regnamespace and p.proacl is not null
union all
select 'view', c.relname, null, c.oid, c.relacl
from pg_class c
where c.relnamespace = :'schema'::regnamespace and c.relkind = 'v' and c.relacl is not null
union all
select 'view', c.relname, a.attname, c.oid, a.attacl
from pg_class c
join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = :'schema'::regnamespace and c.relkind = 'v' and a.attacl is not null and not a.attisdropped;

-- CREATE OR REPLACE keeps a function's arguments and result as they are. So those of ours that are not in the source any
-- more, or are there with others, are dropped first, and with them what is ours and depends on them: all of it is made
-- anew. What is the host's is never dropped: where it depends on one of them, nothing is changed and the error names it.
do $$
declare
  v_trigger record;
  v_functions oid[];
  v_views text;
  v_names text;
begin
  with recursive
  ours as (
    select 'pg_proc'::regclass as catalog, p.oid, p.oid::regprocedure::text as name, o.known ->> 'signature' as signature,
      o.name as key
    from :schema.headcount_migrations m
    cross join jsonb_each(m.objects) o (name, known)
    join pg_proc p
      on p.pronamespace = :'schema'::regnamespace and p.proname = o.name
      -- its argument is a row of page views, which may have another name by now
      and (pg_get_function_identity_arguments(p.oid) = o.known ->> 'arguments' or p.proname = 'captured_columns')
    where m.kind = 'functions'
    union all
    select 'pg_class'::regclass, c.oid, c.oid::regclass::text, null, null
    from :schema.headcount_migrations m
    cross join jsonb_object_keys(m.objects) o (name)
    join pg_class c on c.relnamespace = :'schema'::regnamespace and c.relname = o.name and c.relkind = 'v'
    where m.kind = 'attachments'
  ),
  fallen as (
    select o.catalog, o.oid from ours o
    where o.catalog = 'pg_proc'::regclass and o.signature is distinct from :'signatures'::jsonb ->> o.key
    union
    select o.catalog, o.oid
    from fallen f
    join pg_depend d on d.refclassid = f.catalog and d.refobjid = f.oid
    left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
    join ours o on o.oid = coalesce(r.ev_class, d.objid)
      and o.catalog = case when r.oid is null then d.classid else 'pg_class'::regclass end
  )
  select
    array_agg(o.oid) filter (where o.catalog = 'pg_proc'::regclass),
    string_agg(o.name, ', ') filter (where o.catalog = 'pg_proc'::regclass),
    string_agg(o.name, ', ') filter (where o.catalog = 'pg_class'::regclass)
  into v_functions, v_names, v_views
  from fallen f join ours o on o.catalog = f.catalog and o.oid = f.oid;

  for v_trigger in
    select t.tgname, t.tgrelid::regclass::text as page_views
    from pg_trigger t
    where t.tgfoid = any (v_functions) and starts_with(t.tgname, 'headcount_') and t.tgparentid = 0
  loop
    execute format('drop trigger %I on %s', v_trigger.tgname, v_trigger.page_views);
  end loop;
  -- views first: they are made after all functions, so no SQL body knows them
  if v_views is not null then
    execute format('drop view %s', v_views);
  end if;
  if v_names is not null then
    execute format('drop routine %s', v_names);
  end if;
end
$$;
