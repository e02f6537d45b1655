import type { ClientBase } from "pg";
import type { Level } from "./history.ts";

/** Has these levels counted from the beginning: there are no page views. */
export async function countLevels(client: ClientBase, levels: readonly Level[]): Promise<void> {
  await client.query("update analytics_settings set levels = $1, level_positions = '{}'", [levels]);
  await client.query("select capture_levels($1)", [levels]);
}
