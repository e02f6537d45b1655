import type { ClientBase } from "pg";
import type { Command } from "./history.ts";

/** Adds a level step by step; each of `between` happens after one more step. */
export async function addLevel(
  client: ClientBase,
  { level, step_limit }: Command & { kind: "add level" },
  between: readonly (() => Promise<unknown>)[],
): Promise<void> {
  const step = async (): Promise<boolean> => {
    const { rows } = await client.query<{ done: boolean }>(
      "select done from add_level_step($1, $2)",
      [level, step_limit],
    );
    return rows[0]?.done ?? true;
  };
  await client.query("select begin_adding_level($1)", [level]);
  for (const happens of between) {
    await step();
    await happens();
  }
  while (!(await step()));
}

export async function removeLevel(
  client: ClientBase,
  { level, step_limit }: Command & { kind: "remove level" },
): Promise<void> {
  await client.query("select begin_removing_level($1)", [level]);
  for (let done = false; !done; ) {
    const { rows } = await client.query<{ done: boolean }>(
      "select done from remove_level_step($1, $2)",
      [level, step_limit],
    );
    done = rows[0]?.done ?? true;
  }
}
