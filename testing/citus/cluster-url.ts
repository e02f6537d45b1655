import { test } from "vitest";

/** The coordinator of a Citus cluster whose nodes this process reaches as a superuser, where there is one. */
export const clusterUrl = process.env["HEADCOUNT_CITUS_URL"];

/** Says why nothing here runs, where it does not. */
export function skipWithoutCluster(): void {
  if (clusterUrl !== undefined) return;
  const reason = "HEADCOUNT_CITUS_URL names no coordinator of a Citus cluster";
  process.stdout.write(`Tests on Citus are skipped: ${reason}\n`);
  test.skip(`on Citus: ${reason}`, () => undefined);
}
