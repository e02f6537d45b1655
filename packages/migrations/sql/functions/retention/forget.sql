-- Forgetting: who was not seen for long is made anonymous. Views and visitors stay as many, and who comes back is new.

-- Which accounts ('a') or visitor_ids ('v') were seen last before an instant? In the order of their ids, those that follow p_after (NULL: from
-- the first one), about p_limit views of them. Everybody's rows are read: those of one visitor are found by entity only.
create or replace function :schema.visitors_last_seen_before(
  p_kind "char", p_before timestamptz, p_after :visitor_id_type, p_limit integer
) returns :visitor_id_type[]
language plpgsql stable
:settings_of_writers
set enable_seqscan = on
as $$
begin
  return array(
    select c.visitor_id
    from (
      select
        g.visitor_id,
        sum(g.views) over (order by g.visitor_id rows between unbounded preceding and 1 preceding) as views_before
      from (
        select v.visitor_id, coalesce(sum(coalesce(v.visit_count, 1)) filter (where not :schema.is_group_type(v.entity_type)), 0) as views
        from :schema.analytics_entity_visitors v
        where v.kind = p_kind and (p_after is null or v.visitor_id > p_after)
          -- an account's id need not be one of a session
          and case when v.kind = 'v' then not :schema.is_random_id(v.visitor_id:::session_id_type) else true end
        group by v.visitor_id
        having max(coalesce(v.last_visit, v.first_visit)) < p_before
        order by v.visitor_id
        limit p_limit
      ) g
    ) c
    where coalesce(c.views_before, 0) < p_limit
    order by c.visitor_id
  );
end
$$;

-- Which of these visitor_ids were seen at an instant or later?
create or replace function :schema.visitors_seen_since(p_visitor_ids :session_id_type[], p_since timestamptz)
returns :session_id_type[]
language plpgsql stable
:settings_of_writers
set enable_seqscan = on
as $$
begin
  return array(
    select distinct k.id
    from unnest(p_visitor_ids) k (id)
    join :schema.analytics_entity_visitors v on v.kind = 'v' and v.visitor_id = k.id:::visitor_id_type
    where coalesce(v.last_visit, v.first_visit) >= p_since
  );
end
$$;

-- Which sessions of no account were seen last before an instant? In the order of their ids: see visitors_last_seen_before.
create or replace function :schema.sessions_last_seen_before(p_before timestamptz, p_after :session_id_type, p_limit integer)
returns :session_id_type[]
language plpgsql stable
:settings_of_writers
as $$
begin
  return array(
    select c.session_id
    from (
      select
        g.session_id, sum(g.total_views) over (order by g.session_id rows between unbounded preceding and 1 preceding) as views_before
      from (
        select s.session_id, s.total_views
        from :schema.visitor_sessions s
        where (p_after is null or s.session_id > p_after)
          and s.last_seen_at < p_before and s.account_id is null and s.total_views > 0 and not :schema.is_random_id(s.session_id)
        order by s.session_id
        limit p_limit
      ) g
    ) c
    where coalesce(c.views_before, 0) < p_limit
    order by c.session_id
  );
end
$$;

-- Who was not seen since p_before, about p_limit views of them, behind a position (NULL: from the beginning)? next_position is NULL behind the
-- last one. p_kind: 'account', with the sessions and browsers that are linked to no other account; 'anonymous', those that are linked to none; or
-- 'all'.
--
-- Sessions and browsers that anonymous views have together go together: of one that stays, nothing is to change.
create or replace function :schema.forgettable_people(
  p_kind text, p_before date, p_position jsonb, p_limit integer,
  out account_ids :account_id_type[], out session_ids :session_id_type[], out visitor_ids :session_id_type[], out next_position jsonb
)
language plpgsql stable
:settings_of_writers
set enable_seqscan = off
as $$
declare
  v_before timestamptz := p_before::timestamp at time zone (select z.time_zone from :schema.reporting_zone() z);
  v_phase text := coalesce(p_position ->> 'phase', case p_kind when 'anonymous' then 'visitors' else 'accounts' end);
  v_after text := p_position ->> 'after';
  v_last text;
  v_found_ids :session_id_type[] := '{}';
  v_new_session_ids :session_id_type[];
  v_new_visitor_ids :session_id_type[];
  v_paired_session_ids :session_id_type[];
  v_paired_visitor_ids :session_id_type[];
  v_staying_session_ids :session_id_type[];
  v_staying_visitor_ids :session_id_type[];
begin
  if p_kind is null or p_kind not in ('anonymous', 'account', 'all') then
    raise exception 'p_kind must be anonymous, account or all, and is %', coalesce(p_kind, 'NULL')
      using errcode = 'invalid_parameter_value';
  end if;
  account_ids := '{}';
  session_ids := '{}';
  visitor_ids := '{}';
  if v_phase = 'accounts' then
    account_ids := :schema.visitors_last_seen_before('a', v_before, v_after:::visitor_id_type, p_limit):::account_id_type[];
    v_last := account_ids[cardinality(account_ids)]::text;
    -- what is pending is in page views
    account_ids := array(
      select k.id from unnest(account_ids) k (id)
      where k.id not in (
        select pv.account_id:::account_id_type from :page_view_rows pv
        where pv.account_id = any (account_ids) and pv.viewed_at >= v_before and pv.viewed_at < 'infinity'
      )
      order by k.id
    );
    if account_ids <> '{}' then
      select l.p_session_ids, l.p_visitor_ids into session_ids, visitor_ids from :schema.linked_ids(account_ids, '{}', '{}') l;
    end if;
  elsif v_phase = 'visitors' then
    v_found_ids := :schema.visitors_last_seen_before('v', v_before, v_after:::visitor_id_type, p_limit):::session_id_type[];
    visitor_ids := v_found_ids;
    v_last := visitor_ids[cardinality(visitor_ids)]::text;
  else
    session_ids := :schema.sessions_last_seen_before(v_before, v_after:::session_id_type, p_limit);
    v_last := session_ids[cardinality(session_ids)]::text;
  end if;
  next_position := case
    when v_last is not null then jsonb_build_object('phase', v_phase, 'after', v_last)
    when v_phase = 'accounts' and p_kind = 'all' then '{"phase": "visitors"}'
    when v_phase = 'visitors' then '{"phase": "sessions"}'
  end;

  v_new_session_ids := session_ids;
  v_new_visitor_ids := visitor_ids;
  while v_new_session_ids <> '{}' or v_new_visitor_ids <> '{}' loop
    v_paired_session_ids := array(
      select pv.session_id:::session_id_type from :page_view_rows pv
      where pv.visitor_id = any (v_new_visitor_ids) and pv.account_id is null and pv.session_id is not null
      except
      select k.id from unnest(session_ids) k (id)
    );
    v_paired_visitor_ids := array(
      select pv.visitor_id:::session_id_type from :page_view_rows pv
      where pv.session_id = any (v_new_session_ids) and pv.account_id is null and pv.visitor_id is not null
      except
      select k.id from unnest(visitor_ids) k (id)
    );
    v_new_session_ids := v_paired_session_ids;
    v_new_visitor_ids := v_paired_visitor_ids;
    session_ids := session_ids || v_new_session_ids;
    visitor_ids := visitor_ids || v_new_visitor_ids;
  end loop;

  v_staying_session_ids := array(
    select pv.session_id:::session_id_type from :page_view_rows pv
    where pv.session_id = any (session_ids)
      and (
        (pv.viewed_at >= v_before and pv.viewed_at < 'infinity')
        or (pv.account_id is not null and pv.account_id not in (select k.id from unnest(account_ids) k (id)))
      )
    union
    select s.session_id from :schema.visitor_sessions s
    where s.session_id = any (session_ids)
      and (
        s.last_seen_at >= v_before
        or (s.account_id is not null and s.account_id not in (select k.id from unnest(account_ids) k (id)))
      )
    union
    select l.session_id from :schema.analytics_links l
    where l.session_id = any (session_ids) and l.account_id not in (select k.id from unnest(account_ids) k (id))
  );
  v_staying_visitor_ids := array(
    select pv.visitor_id:::session_id_type from :page_view_rows pv
    where pv.visitor_id = any (visitor_ids)
      and (
        (pv.viewed_at >= v_before and pv.viewed_at < 'infinity')
        or (pv.account_id is not null and pv.account_id not in (select k.id from unnest(account_ids) k (id)))
      )
    union
    select l.visitor_id from :schema.analytics_links l
    where l.visitor_id = any (visitor_ids) and l.account_id not in (select k.id from unnest(account_ids) k (id))
    union
    -- it was decided in an earlier step: they are gone through in the order of all visitors' ids, which is not that of a number
    select k.id from unnest(visitor_ids) k (id)
    where not :schema.is_random_id(k.id)
      and (v_phase = 'sessions' or (v_phase = 'visitors' and k.id:::visitor_id_type <= v_after:::visitor_id_type))
  );
  v_new_visitor_ids := array(
    select k.id from unnest(visitor_ids) k (id) except select k.id from unnest(v_found_ids || v_staying_visitor_ids) k (id)
  );
  if v_new_visitor_ids <> '{}' then
    v_staying_visitor_ids := v_staying_visitor_ids || :schema.visitors_seen_since(v_new_visitor_ids, v_before);
  end if;

  select coalesce(array_agg(p.session_id), '{}'), coalesce(array_agg(p.visitor_id), '{}')
  into v_paired_session_ids, v_paired_visitor_ids
  from (
    select distinct pv.session_id:::session_id_type as session_id, pv.visitor_id:::session_id_type as visitor_id
    from :page_view_rows pv
    where pv.session_id = any (session_ids) and pv.account_id is null and pv.visitor_id is not null
  ) p;
  loop
    v_new_visitor_ids := array(
      select p.visitor_id from unnest(v_paired_session_ids, v_paired_visitor_ids) p (session_id, visitor_id)
      where p.session_id in (select k.id from unnest(v_staying_session_ids) k (id))
      except
      select k.id from unnest(v_staying_visitor_ids) k (id)
    );
    v_staying_visitor_ids := v_staying_visitor_ids || v_new_visitor_ids;
    v_new_session_ids := array(
      select p.session_id from unnest(v_paired_session_ids, v_paired_visitor_ids) p (session_id, visitor_id)
      where p.visitor_id in (select k.id from unnest(v_staying_visitor_ids) k (id))
      except
      select k.id from unnest(v_staying_session_ids) k (id)
    );
    v_staying_session_ids := v_staying_session_ids || v_new_session_ids;
    exit when v_new_session_ids = '{}';
  end loop;
  session_ids := array(
    select k.id from unnest(session_ids) k (id) except select k.id from unnest(v_staying_session_ids) k (id) order by id
  );
  visitor_ids := array(
    select k.id from unnest(visitor_ids) k (id) except select k.id from unnest(v_staying_visitor_ids) k (id) order by id
  );
end
$$;

-- How many would a step of forgetting forget, and how many views of theirs are counted?
create or replace function :schema.count_forgettable_step(
  p_kind text, p_before date, p_position jsonb, p_limit integer,
  out accounts bigint, out visitor_ids bigint, out sessions bigint, out views bigint, out next_position jsonb
)
language plpgsql stable
:settings_of_writers
as $$
declare
  v_people record := :schema.forgettable_people(p_kind, p_before, p_position, p_limit);
begin
  accounts := cardinality(v_people.account_ids);
  visitor_ids := cardinality(v_people.visitor_ids);
  sessions := cardinality(v_people.session_ids);
  next_position := v_people.next_position;
  select coalesce(sum(coalesce(v.visit_count, 1)), 0) into views
  from :schema.stored_visitors_of_people(v_people.account_ids, v_people.session_ids, v_people.visitor_ids) v
  where not :schema.is_group_type(v.entity_type);
end
$$;

-- Forget who was not seen since p_before: see forgettable_people. Says how many accounts, visitor_ids and sessions these were, how many views of theirs
-- stay counted, and where to go on.
create or replace function :schema.forget_visitors_step(
  p_kind text, p_before date, p_position jsonb, p_limit integer, p_receipt uuid, p_actor text,
  out accounts bigint, out visitor_ids bigint, out sessions bigint, out views bigint, out next_position jsonb
)
language plpgsql
:settings_of_writers
as $$
declare
  v_people record;
begin
  perform :schema.begin_erasing();
  v_people := :schema.forgettable_people(p_kind, p_before, p_position, p_limit);
  accounts := cardinality(v_people.account_ids);
  visitor_ids := cardinality(v_people.visitor_ids);
  sessions := cardinality(v_people.session_ids);
  next_position := v_people.next_position;
  views := 0;
  if accounts + visitor_ids + sessions = 0 then
    return;
  end if;
  views := :schema.anonymise_people(v_people.account_ids, v_people.session_ids, v_people.visitor_ids);
  update :schema.analytics_settings s set forgotten_before = p_before where p_before > coalesce(s.forgotten_before, '-infinity');
  perform :schema.note_audit(
    'forget_visitors', jsonb_build_object('kind', p_kind, 'last_seen_before', p_before), views, p_receipt, p_actor
  );
end
$$;
