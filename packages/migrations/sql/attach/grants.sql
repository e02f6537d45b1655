-- What runs with the rights of its owner is for nobody else until granted. Triggers fire for every role that writes page views, so capture need
-- not be executable by anybody; but a role that may make a trigger of it, on a table of its own, could write the queue.
-- One that everybody may execute has just been made: roles that a host's default privileges let execute it may not.
do $$
declare
  v_grant record;
begin
  for v_grant in
    select p.oid::regprocedure as function, case when a.grantee = 0 then 'public' else quote_ident(r.rolname) end as grantee
    from pg_proc p
    cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    left join pg_roles r on r.oid = a.grantee
    where p.pronamespace = :'schema'::regnamespace and p.prosecdef and a.grantee <> p.proowner
      and (p.proname like '%\_here' or p.proname in (
        'pending_series', 'visitors_together', 'first_and_last_date', 'counted_too_often', 'live_visitors', 'views_by_fact',
        'pending_views_by_entity', 'owned_entities', 'counts_of_owner', 'refs_of_visitors', 'visitor_of_ref', 'visitor_secret', 'fact_numbers',
        'capture_added_page_views', 'capture_removed_page_views', 'capture_edited_page_views',
        'capture_truncated_page_views', 'capture_partition_page_views', 'capture_edited_facts', 'capture_partitions', 'make_partitions',
        'detach_partition',
        -- of a cluster
        'make_slice', 'fold_slice', 'verify_slice', 'entity_totals_columns', 'compared_entity_totals_columns', 'live_visitors_columns',
        'top_entities_columns', 'compared_top_entities_columns'
      ))
      and exists (
        select 1 from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) e where e.grantee = 0
      )
    group by 1, 2
  loop
    execute format('revoke all on function %s from %s', v_grant.function, v_grant.grantee);
  end loop;
end
$$;
