import type { Pool } from "pg";

/** Sessions that come and go at many entities, until it is said to stop; that answers how many statements it were. */
export function writeViews(pool: Pick<Pool, "query">, seed: number): { stop(): Promise<number> } {
  const stopping = new AbortController();
  let statements = 0;
  const writing = (async () => {
    for (let nth = seed; !stopping.signal.aborted; nth += 7) {
      await pool.query(
        `insert into page_views (entity_type, entity_id, session_id, viewed_at)
         select 'article', ($1 + n) % 23, ($1 * 3 + n) % 17, timestamptz '2026-03-02 00:00Z' + (($1 * 977 + n * 61) % 500000) * interval '1 second'
         from generate_series(1, 5) n`,
        [nth],
      );
      await pool.query("delete from page_views where entity_id = $1 and id % 3 = 0", [nth % 23]);
      statements += 2;
    }
    return statements;
  })();
  return {
    stop: () => {
      stopping.abort();
      return writing;
    },
  };
}
