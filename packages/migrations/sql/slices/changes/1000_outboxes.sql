-- What a slice hands on to others, and what it has fetched of what others hand on to it. One transaction at a time writes what is handed on of
-- each kind, so that its numbers are in the order in which they were committed, and who fetches needs to keep no more than the last one.

-- What folds of entities did, and sessions are to know: the views, and at one of a page how many pages more its session has. With the sign 0, that
-- a session is to be read again.
create table :schema.outgoing_changes (
  change_id bigint generated always as identity primary key,
  viewed_at timestamptz not null,
  time_on_page integer,
  for_slice integer not null,
  sign smallint not null,
  pages smallint not null,
  entity_type text not null,
  entity_id :entity_id_type not null default :no_entity,
  account_id :account_id_type,
  session_id :session_id_type not null,
  visitor_id :session_id_type,
  owner_id :entity_id_type
);
comment on table :schema.outgoing_changes is 'Page views that were folded in this slice, and that the slice of their session has not fetched yet.';

-- The same, where the session is.
create table :schema.session_changes (
  change_id bigint generated always as identity primary key,
  viewed_at timestamptz not null,
  time_on_page integer,
  sign smallint not null,
  pages smallint not null,
  entity_type text not null,
  entity_id :entity_id_type not null,
  account_id :account_id_type,
  session_id :session_id_type not null,
  visitor_id :session_id_type,
  owner_id :entity_id_type
);
comment on table :schema.session_changes is 'Page views of sessions of this slice that were folded in the slices of their entities, and not yet in the sessions.';

-- What that did to the entries and bounces of entities, to be fetched into entry_changes where these are.
create table :schema.outgoing_entries (
  change_id bigint generated always as identity primary key,
  date date not null,
  entries integer not null,
  bounces integer not null,
  for_slice integer not null,
  hour smallint not null,
  entity_type text not null,
  entity_id :entity_id_type not null
);
comment on table :schema.outgoing_entries is 'Entries and bounces that sessions of this slice have added or taken away, and that the slice of their entity has not fetched yet.';

create table :schema.fetched_changes (
  from_slice integer not null,
  of_entries boolean not null,
  through bigint not null,
  primary key (from_slice, of_entries)
);
comment on table :schema.fetched_changes is 'How far this slice has fetched what each other one hands on to it, and what it hands on to itself.';

-- As the other tables have it: what a host's default privileges give is taken back, and their owner sees all rows.
do $$
declare
  v_table regclass;
  v_grant record;
begin
  for v_table in
    select format('%s.%I', :'schema', t.name)::regclass
    from unnest(array['outgoing_changes', 'session_changes', 'outgoing_entries', 'fetched_changes']) t (name)
  loop
    for v_grant in
      select o.oid::regclass as relation, case when a.grantee = 0 then 'public' else a.grantee::regrole::text end as grantee
      from (
        select v_table::oid as oid
        union all
        select d.objid from pg_depend d
        where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = v_table
      ) o
      join pg_class c on c.oid = o.oid and c.relkind in ('r', 'S')
      cross join lateral aclexplode(c.relacl) a
      where a.grantee <> c.relowner
    loop
      execute format('revoke all on %s from %s', v_grant.relation, v_grant.grantee);
    end loop;
    execute format(
      'create policy headcount_owner on %1$s using ((select pg_has_role(c.relowner, ''usage'') from pg_class c where c.oid = %1$L::regclass))',
      v_table
    );
  end loop;
end
$$;
