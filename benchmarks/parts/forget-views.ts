import type { ClientBase, Pool } from "pg";
import type { Installation } from "../server/installation.ts";

interface Forgotten {
  /** Its session does not fire triggers. */
  uncaptured: Pool | ClientBase;
  installation: Installation;
  /** A condition on page views `v` with one parameter, and its value. */
  where: string;
  value: string;
}

/** Deletes page views that were written and not folded, and all that is pending: both are then as before. */
export async function forgetViews({
  uncaptured,
  installation: { schema },
  where,
  value,
}: Forgotten): Promise<void> {
  await uncaptured.query(`delete from page_views v where ${where}`, [value]);
  await uncaptured.query(`delete from ${schema}.page_view_changes`);
  await uncaptured.query("vacuum analyze page_views");
  await uncaptured.query(`vacuum full ${schema}.page_view_changes`);
}
