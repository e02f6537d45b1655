import type { Connection } from "../../database/connect.ts";
import { sqlState } from "../../database/database-error.ts";
import { AnalyticsError, isAnalyticsError } from "../../errors.ts";
import type { PageViewColumns } from "./page-view-columns.ts";

interface Failure {
  error: unknown;
  connection: Connection;
  columns: Pick<PageViewColumns, "names">;
}

const notNullViolation = "23502";

// data_exception and integrity_constraint_violation
const rowClasses = /^2[23]/;

/**
 * Which rule of the host's table some row broke, or undefined when it failed for another reason.
 *
 * @throws {AnalyticsError} `unfit_page_views` when every row breaks it
 */
export function brokenRule({ error, connection: { db }, columns }: Failure): string | undefined {
  const state = sqlState(error);
  if (db.isTransaction || state === undefined || !rowClasses.test(state)) return undefined;
  const { column, constraint } = detailsOf(error);
  if (state !== notNullViolation) {
    return constraint === undefined
      ? "The table of page views does not take a value of this view: compare its columns' types and lengths."
      : `The table of page views does not take this view: it breaks the constraint ${constraint}.`;
  }
  if (Object.values(columns.names).some((name) => name === column)) {
    return `The table of page views does not take this view: ${column} is NOT NULL there, so give one.`;
  }
  throw new AnalyticsError(
    "unfit_page_views",
    `Page views have a column ${column ?? "of the host's"} that is NOT NULL, without a default, and unknown to Headcount: give it a default, or let a BEFORE INSERT trigger fill it.`,
    { cause: error },
  );
}

function detailsOf(error: unknown): { column?: string; constraint?: string } {
  const cause = isAnalyticsError(error) ? error.cause : error;
  return typeof cause === "object" && cause !== null ? cause : {};
}
