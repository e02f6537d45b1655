-- Forgetting on Citus: who was not seen for long is found in all shards, and made anonymous as anonymising does it.

-- How many would a step of forgetting forget, and how many views of theirs are counted?
create or replace function :schema.count_forgettable_step(
  p_kind text, p_before date, p_position jsonb, p_limit integer,
  out accounts bigint, out visitor_ids bigint, out sessions bigint, out views bigint, out next_position jsonb
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
  v_people record := :schema.forgettable_people(p_kind, p_before, p_position, p_limit);
begin
  accounts := cardinality(v_people.account_ids);
  visitor_ids := cardinality(v_people.visitor_ids);
  sessions := cardinality(v_people.session_ids);
  next_position := v_people.next_position;
  select coalesce(sum(coalesce(v.visit_count, 1)), 0) into views
  from :schema.analytics_entity_visitors v
  where (v.kind = 'a' and v.visitor_id = any (v_people.account_ids:::visitor_id_type[]))
    or (v.kind = 's' and v.visitor_id = any (v_people.session_ids:::visitor_id_type[]))
    or (v.kind = 'v' and v.visitor_id = any (v_people.visitor_ids:::visitor_id_type[]));
end
$$;

-- Give the page views of those who were not seen since p_before to nobody: see forgettable_people. Says how many accounts, visitor_ids and sessions these
-- were, how many views of theirs stay counted, where to go on, and whom forget_in_slices() is to forget; NULL when nobody.
create or replace function :schema.rename_visitors_step(
  p_kind text, p_before date, p_position jsonb, p_limit integer, p_receipt uuid, p_actor text,
  out accounts bigint, out visitor_ids bigint, out sessions bigint, out views bigint, out next_position jsonb, out people jsonb
)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  v_people record := :schema.forgettable_people(p_kind, p_before, p_position, p_limit);
begin
  accounts := cardinality(v_people.account_ids);
  visitor_ids := cardinality(v_people.visitor_ids);
  sessions := cardinality(v_people.session_ids);
  next_position := v_people.next_position;
  views := 0;
  if accounts + visitor_ids + sessions = 0 then
    return;
  end if;
  select r.views, r.people into views, people
  from :schema.rename_people(v_people.account_ids, v_people.session_ids, v_people.visitor_ids) r;
  update :schema.analytics_settings s set forgotten_before = p_before where p_before > coalesce(s.forgotten_before, '-infinity');
  insert into :schema.analytics_audit (action, subject, views, receipt, actor)
  values ('forget_visitors', jsonb_build_object('kind', p_kind, 'last_seen_before', p_before), views, p_receipt, p_actor);
end
$$;
