-- Folding by a scheduler that can call a procedure, pg_cron for one: a transaction for each batch.

-- Fold until nothing is left but what has come meanwhile, or somebody else is folding.
-- A procedure that commits may not bring settings of its own: they are made anew in each transaction.
create or replace procedure :schema.fold_pending_changes(p_limit integer default 20000)
language plpgsql
as $$
declare
  v_folded integer;
begin
  loop
    commit;
    set transaction isolation level read committed;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    v_folded := :schema.fold_page_view_changes(p_limit);
    exit when v_folded < p_limit;
  end loop;
end
$$;
