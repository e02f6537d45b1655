import type { ClientBase } from "pg";
import { verifyRollups } from "../oracle/verify-rollups.ts";

/** Does something where unqualified names are those of a slice. */
export async function inSlice<Done>(
  client: ClientBase,
  slice: number,
  act: () => Promise<Done>,
): Promise<Done> {
  await client.query(`set search_path to slice_${slice}, public`);
  const done = await act();
  await client.query("reset search_path");
  return done;
}

/** Runs a statement in one slice after the other. */
export async function inEachSlice(client: ClientBase, slices: number, sql: string): Promise<void> {
  for (let slice = 0; slice < slices; slice += 1) {
    await inSlice(client, slice, () => client.query(sql));
  }
}

/** What verifying says that differs in any slice. */
export async function verifySlices(client: ClientBase, slices: number): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let slice = 0; slice < slices; slice += 1) {
    found.push(...(await inSlice(client, slice, () => verifyRollups(client))));
  }
  return found;
}
