--! transaction: own
-- The host's table of page views: created when it is not there, completed when it is.
--
-- An adopted table keeps its own id types; columns it lacks are added without a default, or with
-- one that is the same for all, so no row is rewritten. Nothing is touched that is already as needed: ALTER TABLE would wait for every reader.

do $$
declare
  v_grantee text;
begin
  if to_regclass(:'page_views') is null then
    create table :page_views (
      id :page_view_id_type default gen_random_uuid(),
      entity_type text not null,
      entity_id :entity_id_type,
      account_id :account_id_type,
      session_id :session_id_type,
      visitor_id :session_id_type,
      owner_id :owner_id_type,
      viewed_at timestamptz not null default now(),
      referrer_url text,
      time_on_page integer,
      source_no integer,
      device_no integer,
      primary key (:page_view_key)
    ) :partition_by;
    -- nobody else's until granted, whatever a host's default privileges give roles of tables as they are made
    for v_grantee in
      select distinct case when a.grantee = 0 then 'public' else quote_ident(r.rolname) end
      from pg_class c
      cross join lateral aclexplode(c.relacl) a
      left join pg_roles r on r.oid = a.grantee
      where c.oid = to_regclass(:'page_views') and a.grantee <> c.relowner
    loop
      execute format('revoke all on %s from %s', :'page_views', v_grantee);
    end loop;
    if :'partition' <> '' then
      create table :default_partition partition of :page_views default;
    end if;
    comment on table :page_views is 'One row per page view. Headcount reads it, and changes it only where it is asked to collect.';
    comment on column :page_views.entity_id is 'What was viewed; NULL for a page without an entity.';
    comment on column :page_views.account_id is 'Who viewed it, when signed in.';
    comment on column :page_views.session_id is 'The visit it belongs to; the visitor when nothing else says who it was.';
    comment on column :page_views.visitor_id is 'The browser, over visits; the visitor when nobody is signed in.';
    comment on column :page_views.owner_id is 'Whose it was that was viewed, then. NULL when nobody''s.';
    comment on column :page_views.time_on_page is 'Seconds; NULL while unknown.';
    comment on column :page_views.source_no is 'Where the view came from: of analytics_sources. NULL when not recorded.';
    comment on column :page_views.device_no is 'With what it was viewed: of analytics_devices. NULL when not recorded.';
  end if;

  if :'entity_type' <> '' and not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = 'entity_type' and not attisdropped
  ) then
    alter table :page_views add column entity_type text not null default :'entity_type';
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'referrer_url_name' and not attisdropped
  ) then
    alter table :page_views add column referrer_url text;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'session_id_name' and not attisdropped
  ) then
    alter table :page_views add column session_id :session_id_type;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'visitor_id_name' and not attisdropped
  ) then
    alter table :page_views add column visitor_id :session_id_type;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'owner_id_name' and not attisdropped
  ) then
    alter table :page_views add column owner_id :owner_id_type;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'time_on_page_name' and not attisdropped
  ) then
    alter table :page_views add column time_on_page integer;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'source_no_name' and not attisdropped
  ) then
    alter table :page_views add column source_no integer;
  end if;

  if not exists (
    select 1 from pg_attribute where attrelid = :'page_views'::regclass and attname = :'device_no_name' and not attisdropped
  ) then
    alter table :page_views add column device_no integer;
  end if;
end
$$;
