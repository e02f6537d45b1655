import type { ClientBase, Pool } from "pg";

const thresholds = { views: [1, 2, 4, 8, 16], unique_visitors: [1, 3, 6] };
const milestones = JSON.stringify({ article: thresholds, listing: { views: [3] } });

/**
 * Names totals that are milestones, and has the database work out by itself which of them folding has to note: from the totals of each
 * entity before and after each statement that writes dates. What a rebuild changes is noted by nobody.
 */
export async function watchMilestones(pool: Pick<Pool, "query">): Promise<void> {
  await pool.query(`
    update analytics_settings set milestones = '${milestones}';
    create table oracle.totals_before (entity_type text, entity_id text, measure text, value bigint);
    create table oracle.milestones (
      entity_type text, entity_id text, measure text, threshold bigint, value bigint, is_told boolean,
      primary key (entity_type, entity_id, measure, threshold)
    );
    create view oracle.totals_now as
      select d.entity_type, d.entity_id::text as entity_id, m.measure, m.value
      from (
        select entity_type, entity_id, sum(views) as views, coalesce(sum(visitors), 0) - coalesce(sum(again_ever), 0) as visitors
        from analytics_days
        group by 1, 2
      ) d
      cross join lateral (values ('views', d.views), ('unique_visitors', d.visitors)) m (measure, value);
    create function oracle.watch_milestones() returns trigger language plpgsql as $$
      declare
        context text;
      begin
        get diagnostics context = pg_context;
        if context like '%store_days(%' then
          insert into oracle.milestones
          select t.entity_type, t.entity_id, t.measure, n.threshold, t.after, t.before < n.threshold
          from (
            select
              entity_type, entity_id, measure, coalesce(a.value, 0) as after, coalesce(b.value, 0) as before,
              bool_or(a.value is distinct from b.value) over (partition by entity_type, entity_id) as is_touched
            from oracle.totals_now a
            full join oracle.totals_before b using (entity_type, entity_id, measure)
          ) t
          cross join headcount.analytics_settings s
          cross join lateral (
            select value::bigint from jsonb_array_elements_text(s.milestones -> t.entity_type -> t.measure)
          ) n (threshold)
          where t.is_touched and n.threshold <= greatest(t.before, t.after)
          on conflict do nothing;
        end if;
        delete from oracle.totals_before;
        insert into oracle.totals_before select * from oracle.totals_now;
        return null;
      end $$;
    create trigger watch_milestones after insert or update or delete on analytics_days
      for each statement execute function oracle.watch_milestones()`);
}

/** Forgets all milestones, as before the first view. */
export async function forgetMilestones(client: Pick<ClientBase, "query">): Promise<void> {
  await client.query("truncate analytics_milestones, oracle.milestones");
}

/** A milestone that is not noted and had to be, or that is noted and should not be. */
interface WrongMilestone {
  fault: "missing" | "unexpected";
  milestone: Record<string, unknown>;
}

/** Compares the milestones that were noted with those that had to be: an empty list when all is well. */
export async function compareMilestones(
  client: Pick<ClientBase, "query">,
): Promise<WrongMilestone[]> {
  const { rows } = await client.query<WrongMilestone>(
    `with
     noted as (
       select entity_type, entity_id::text, measure, threshold, value, reached_at is not null as is_told from analytics_milestones
     )
     select 'missing' as fault, to_jsonb(m) as milestone from (table oracle.milestones except table noted) m
     union all
     select 'unexpected', to_jsonb(m) from (table noted except table oracle.milestones) m`,
  );
  return rows;
}
