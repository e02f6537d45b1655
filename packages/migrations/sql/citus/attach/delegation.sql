-- Questions about one entity are answered by the server that has its shard, also within a transaction and from a function.

select create_distributed_function(p.oid::regprocedure, 'p_entity_id', :'page_views', force_delegation => true)
from pg_proc p
where p.pronamespace = :'schema'::regnamespace
  and p.proname in (
    'time_series_columns_here', 'compared_series_columns_here', 'visitor_columns_here', 'heat_map_columns_here',
    'rolling_visitors_columns_here', 'breakdown_columns_here', 'views_by_fact_here', 'accounts_that_viewed_here',
    'accounts_with_totals_here', 'list_visitors_among_here', 'columns_of_visitors_here'
  )
order by p.proname;
