import type { Connection } from "../database/connect.ts";
import { AnalyticsError } from "../errors.ts";

/** @throws {AnalyticsError} `invalid_input` when the client works inside a transaction of the host's */
export function refuseTransaction({ db }: Connection): void {
  if (!db.isTransaction) return;
  throw new AnalyticsError(
    "invalid_input",
    "db is a transaction, and this call commits by itself: give the client a Kysely instance.",
    { field: "db" },
  );
}
