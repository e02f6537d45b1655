/** Ends when all have ended, also when one fails: what the others have begun is finished before its failure is reported. */
export async function allOrFailure(works: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
