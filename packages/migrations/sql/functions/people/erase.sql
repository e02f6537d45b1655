-- Erasing somebody: the page views go, what they did to the rollups is folded in the same transaction, and nothing that is stored names the
-- person any more.

-- Hold everything that erasing writes. The lock is the one that deleting takes: so nobody waits for us with a stronger one.
create or replace function :schema.begin_erasing() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  lock table :page_views in row exclusive mode;
  perform :schema.begin_rebuild();
end
$$;

-- Note who did what, in the transaction that does it. Of whom is noted nowhere: who is asked for it has the receipt.
create or replace function :schema.note_audit(
  p_action text, p_subject jsonb, p_views bigint, p_receipt uuid, p_actor text
) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
  insert into :schema.analytics_audit (action, subject, views, receipt, actor)
  values (p_action, p_subject, p_views, p_receipt, p_actor);
end;

-- Fold these pending changes now, before others that are older: what is done to one visitor adds up with what is done to others. Its
-- caller holds all slots.
create or replace function :schema.fold_at_once(p_changes :schema.page_view_changes[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set jit = off
as $$
begin
  if p_changes <> '{}' then
    perform :schema.fold_changes(p_changes, '{}');
  end if;
end
$$;

-- What is pending that has one of these ids, also of somebody else: of a view that was another's before, or is now, one half would be folded
-- and the other half would wait.
create or replace function :schema.changes_of_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns :schema.page_view_changes[]
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
  select array(
    select q from :schema.page_view_changes q
    where q.sign <> 0
      -- of thousands of ids, "= any" would compare each with each change
      and (
        q.account_id in (select k.id from unnest(p_account_ids) k (id))
        or q.session_id in (select k.id from unnest(p_session_ids) k (id))
        or q.visitor_id in (select k.id from unnest(p_visitor_ids) k (id))
      )
    order by q.change_id
  );
end;

-- Take address, agent and account of these people off sessions, and those sessions away that no view is counted of.
create or replace function :schema.clear_sessions(p_account_ids :account_id_type[], p_session_ids :session_id_type[]) returns void
language plpgsql
:settings_of_writers
as $$
begin
  delete from :schema.visitor_sessions s where s.session_id = any (p_session_ids) and s.total_views = 0;
  update :schema.visitor_sessions s set ip_address = null, user_agent = null
  where s.session_id = any (p_session_ids) and (s.ip_address is not null or s.user_agent is not null);
  update :schema.visitor_sessions s set account_id = null, account_seen_at = null, ip_address = null, user_agent = null
  where s.account_id = any (p_account_ids);
end
$$;

-- Let nothing name these people any more. What page views no longer hold stays counted, of visitors and sessions that are nobody's: of
-- p_new_*, each instead of the one in the same place. Returns how many views stay counted so. Its caller holds all slots.
create or replace function :schema.forget_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_new_account_ids :session_id_type[], p_new_session_ids :session_id_type[], p_new_visitor_ids :session_id_type[]
) returns bigint
language plpgsql
:settings_of_writers
as $$
declare
  v_kept bigint;
begin
  v_kept := :schema.move_stored_visitors(
    array_fill('a'::"char", array[cardinality(p_account_ids)]) || array_fill('s'::"char", array[cardinality(p_session_ids)])
      || array_fill('v'::"char", array[cardinality(p_visitor_ids)]),
    p_account_ids:::visitor_id_type[] || p_session_ids:::visitor_id_type[] || p_visitor_ids:::visitor_id_type[],
    p_new_account_ids:::visitor_id_type[] || p_new_session_ids:::visitor_id_type[] || p_new_visitor_ids:::visitor_id_type[]
  );
  perform :schema.move_stored_sessions(p_session_ids, p_new_session_ids);
  perform :schema.clear_sessions(p_account_ids, p_session_ids);
  delete from :schema.analytics_links l
  where l.account_id = any (p_account_ids) or l.session_id = any (p_session_ids) or l.visitor_id = any (p_visitor_ids);
  update :schema.set_aside_changes c set account_id = null, session_id = null, visitor_id = null
  where :schema.is_of_people(p_account_ids, p_session_ids, p_visitor_ids, c.account_id, c.session_id, c.visitor_id);
  return v_kept;
end
$$;

-- Erase about p_limit page views of this person, the anonymous ones first: as long as some of the account are left, they say which
-- sessions and visitor_ids are the person's. Behind the last one, forget the person. Says how many were erased, how many that page views no longer held stay
-- counted without anybody, and whether this was the last step.
create or replace function :schema.erase_person_step(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[],
  p_limit integer, p_receipt uuid, p_actor text,
  out erased bigint, out anonymised bigint, out done boolean
)
language plpgsql
:settings_of_writers
set enable_seqscan = off
as $$
declare
  v_until timestamptz;
  v_account_views bigint;
  v_session_ids :session_id_type[];
  v_more_ids :session_id_type[];
begin
  perform :schema.begin_erasing();
  perform :schema.prune_people(array[p_account_id], p_session_ids, p_visitor_ids);

  select v.viewed_at into v_until
  from :schema.page_views_of_people('{}', p_session_ids, p_visitor_ids) v
  order by v.viewed_at
  offset p_limit - 1 limit 1;
  with erased as (
    delete from :page_views
    where :account_id_value is null and (:session_id_value = any (p_session_ids) or :visitor_id_value = any (p_visitor_ids))
      and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit
    returning :session_id_value as session_id
  )
  select count(*), array_agg(distinct e.session_id) filter (where e.session_id is not null) into erased, v_session_ids from erased e;
  done := v_until is null;

  if done then
    select v.viewed_at into v_until
    from :schema.page_views_of_people(array[p_account_id], '{}', '{}') v
    order by v.viewed_at
    offset greatest(p_limit - erased, 1) - 1 limit 1;
    with erased as (
      delete from :page_views
      where :account_id_value = p_account_id
        and (v_until is null or coalesce(:viewed_at_value, '-infinity') <= v_until) and :ids_fit
      returning :session_id_value as session_id
    )
    select count(*), array_agg(distinct e.session_id) filter (where e.session_id is not null)
    into v_account_views, v_more_ids from erased e;
    erased := erased + v_account_views;
    done := v_until is null;
  end if;
  v_session_ids := coalesce(v_session_ids, '{}') || coalesce(v_more_ids, '{}');

  perform :schema.fold_at_once(:schema.changes_of_people(array[p_account_id], p_session_ids, p_visitor_ids));
  perform :schema.clear_sessions('{}', v_session_ids);
  anonymised := 0;
  if done then
    anonymised := :schema.forget_people(
      array[p_account_id], p_session_ids, p_visitor_ids, array[:schema.random_id()],
      array(select :schema.random_id() from unnest(p_session_ids)), array(select :schema.random_id() from unnest(p_visitor_ids))
    );
  end if;
  if erased > 0 or anonymised > 0 then
    perform :schema.note_audit('erase_person', '{}', erased, p_receipt, p_actor);
  end if;
end
$$;

-- Make these people nobody: page views stay, of visitors and sessions with random ids. Views and visitors stay as many; an account
-- is one no more. Returns how many views these are. Its caller holds all slots.
create or replace function :schema.anonymise_people(
  p_account_ids :account_id_type[], p_session_ids :session_id_type[], p_visitor_ids :session_id_type[]
) returns bigint
language plpgsql
:settings_of_writers
set enable_seqscan = off
as $$
declare
  v_session_ids :session_id_type[];
  v_new_account_ids :session_id_type[] := array(select :schema.random_id() from unnest(p_account_ids));
  v_new_session_ids :session_id_type[];
  v_new_visitor_ids :session_id_type[];
  v_account_names jsonb;
  v_session_names jsonb;
  v_visitor_names jsonb;
  v_views bigint;
begin
  -- a browser that had some of the sessions has others too: a part of a visitor would be a visitor more
  p_visitor_ids := p_visitor_ids || array(
    select v.visitor_id from :schema.page_views_of_people('{}', p_session_ids, '{}') v where v.visitor_id is not null
    except
    select k.id from unnest(p_visitor_ids) k (id)
  );
  perform :schema.prune_people(p_account_ids, p_session_ids, p_visitor_ids);
  -- none of their views keeps the id of its session
  v_session_ids := p_session_ids || array(
    select v.session_id from :schema.page_views_of_people(p_account_ids, p_session_ids, p_visitor_ids) v where v.session_id is not null
    except
    select k.id from unnest(p_session_ids) k (id)
  );
  v_new_session_ids := array(select :schema.random_id() from unnest(v_session_ids));
  v_new_visitor_ids := array(select :schema.random_id() from unnest(p_visitor_ids));
  v_account_names := (
    select jsonb_object_agg(n.id::text, n.new_id::text) from unnest(p_account_ids, v_new_account_ids) n (id, new_id) where n.id is not null
  );
  v_session_names := (select jsonb_object_agg(n.id::text, n.new_id::text) from unnest(v_session_ids, v_new_session_ids) n (id, new_id));
  v_visitor_names := (select jsonb_object_agg(n.id::text, n.new_id::text) from unnest(p_visitor_ids, v_new_visitor_ids) n (id, new_id));

  update :page_views set
    :session_id_column = (v_session_names ->> :session_id_value::text):::session_id_type,
    :visitor_id_column = case
      when :account_id_value is not null then v_account_names ->> :account_id_value::text
      else v_visitor_names ->> :visitor_id_value::text
    end:::session_id_type,
    :account_id_column = null,
    :referrer_url_column = null
  where (
    :account_id_value = any (p_account_ids)
    or (:account_id_value is null and :session_id_value = any (p_session_ids))
    or (:account_id_value is null and :visitor_id_value = any (p_visitor_ids))
  ) and :ids_fit;
  get diagnostics v_views = row_count;

  perform :schema.fold_at_once(
    :schema.changes_of_people(
      p_account_ids, v_session_ids || v_new_session_ids, p_visitor_ids || v_new_visitor_ids || v_new_account_ids
    )
  );
  v_views := v_views + :schema.forget_people(
    p_account_ids, p_session_ids, p_visitor_ids, v_new_account_ids, v_new_session_ids[:cardinality(p_session_ids)], v_new_visitor_ids
  );
  perform :schema.clear_sessions('{}', v_session_ids);
  return v_views;
end
$$;

-- Make this person nobody, in one transaction. Returns how many views these are.
create or replace function :schema.anonymise_person(
  p_account_id :account_id_type, p_session_ids :session_id_type[], p_visitor_ids :session_id_type[], p_receipt uuid, p_actor text
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_views bigint;
begin
  perform :schema.begin_erasing();
  v_views := :schema.anonymise_people(array[p_account_id], p_session_ids, p_visitor_ids);
  if v_views > 0 then
    perform :schema.note_audit('anonymise_person', '{}', v_views, p_receipt, p_actor);
  end if;
  return v_views;
end
$$;
