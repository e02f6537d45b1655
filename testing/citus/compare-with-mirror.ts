import { isDeepStrictEqual } from "node:util";
import { topSorts } from "@headcount/core/contract";
import type { Pool } from "pg";
import type { EntityQuestion } from "../oracle/entity-question.ts";

interface Comparison {
  cluster: Pick<Pool, "query">;
  /** One Postgres that stores the same, also what is pending. */
  mirror: Pick<Pool, "query">;
}

// Bounces are as of the last fold of sessions on a cluster, and freshness is that of the slices that were asked.
const counts = (column: string): string => `(${column}::bigint[])[:7]`;
const totals = `${counts("c.counts")} as counts, c.buckets, c.views, c.first_view, c.last_view, c.live`;
const compared = `${totals}, ${counts("c.compared")} as compared, ${counts("c.compared_before")} as compared_before,
  c.cut_date, c.cut_date_before, c.cut_hour`;
const top = `c.entity_type, c.entity_id, c.score, c.score_date, c.pending_changes`;

/** Compares what functions answer about several entities, also while something is pending: an empty list when all is well. */
export async function compareWithMirror(
  { cluster, mirror }: Comparison,
  { entity_type, date_from, date_to, compared: other, limit }: EntityQuestion,
): Promise<unknown[]> {
  const { rows } = await mirror.query<{ types: string; ids: string }>(
    `select array_agg(e.entity_type)::text as types, array_agg(e.entity_id)::text as ids
     from (select distinct entity_type, entity_id from page_views order by 1 desc, 2 desc) e
     having count(*) > 0`,
  );
  const [entities] = rows;
  if (entities === undefined) return [];
  const ofEntities = [entities.types, entities.ids];
  const range = [date_from, date_to];
  const otherRange = [other?.date_from ?? date_from, other?.date_to ?? date_to];
  const now = `${other?.today ?? date_to} ${other?.hour ?? 12}:20`;
  const questions: [sql: string, values: unknown[]][] = [
    [
      `select ${totals} from headcount.entity_totals_columns($1, $2, $3, $4, 'weekly') c`,
      [...ofEntities, ...range],
    ],
    [
      `select ${totals} from headcount.entity_totals_columns($1, $2, '0001-01-01', '9999-12-31', null) c`,
      ofEntities,
    ],
    [
      `select ${compared} from headcount.compared_entity_totals_columns($1, $2, $3, $4, null, $5, $6, $7) c`,
      [...ofEntities, ...range, ...otherRange, now],
    ],
    ["select * from headcount.visitors_together($1, $2, $3, $4, 20000)", [...ofEntities, ...range]],
    [
      "select * from headcount.live_visitors_columns($1, $2, 60, $3::timestamp at time zone oracle.time_zone())",
      [...ofEntities, now],
    ],
  ];
  for (const sort of topSorts) {
    for (const type of [entity_type, null]) {
      questions.push(
        [
          `select ${top}, ${totals} from headcount.top_entities_columns($1, $2, $3, $4, $5) c`,
          [type, ...range, sort, limit],
        ],
        [
          `select ${top}, ${compared} from headcount.compared_top_entities_columns($1, $2, $3, $4, $5, $6, $7) c`,
          [type, ...range, sort, limit, ...otherRange],
        ],
      );
    }
  }
  const found: unknown[] = [];
  for (const [sql, asked] of questions) {
    const [answered, expected] = [await cluster.query(sql, asked), await mirror.query(sql, asked)];
    if (!isDeepStrictEqual(answered.rows, expected.rows)) {
      found.push({ sql, asked, answered: answered.rows, expected: expected.rows });
    }
  }
  return found;
}
