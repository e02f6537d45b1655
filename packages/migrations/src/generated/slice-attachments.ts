// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
import type { SqlPart } from "../sql-source/sql-source.ts";

export const sliceAttachments: readonly SqlPart[] = [
  {
    file: "slices/attach/triggers.sql",
    line: 1,
    sql: `-- TRUNCATE takes away what was handed on, too.

create or replace trigger headcount_empty_outboxes
  after truncate on :page_views
  for each statement execute function :schema.empty_outboxes();
`,
  },
];
