import { test } from "vitest";

/** The coordinator of a Citus cluster whose nodes this process reaches as a superuser, where there is one. */
export const clusterUrl = process.env["HEADCOUNT_CITUS_URL"];

/** Whether nobody else uses that cluster: who kills a backend of a server ends all of them. */
export const mayCrash = clusterUrl !== undefined && process.env["HEADCOUNT_CITUS_CRASH"] === "1";

/** Says why nothing here runs, where it does not. */
export function skipWithoutCluster(): void {
  if (clusterUrl !== undefined) return;
  skip("HEADCOUNT_CITUS_URL names no coordinator of a Citus cluster");
}

/** The same of what ends all connections to a server of the cluster. */
export function skipUnlessAlone(): void {
  skipWithoutCluster();
  if (clusterUrl === undefined || mayCrash) return;
  skip("HEADCOUNT_CITUS_CRASH=1 does not say that nobody else uses the cluster");
}

/** Says why a test does not run. */
export function skip(reason: string): void {
  process.stdout.write(`Tests on Citus are skipped: ${reason}\n`);
  test.skip(`on Citus: ${reason}`, () => undefined);
}
