import type { ClientBase } from "pg";
import type { Command, History } from "./history.ts";
import { idOf } from "./id-of.ts";
import type { Installation } from "./installation.ts";

/** Keeps the breakdowns of these entities, and of no others: there are no page views. */
export async function keepBreakdowns(
  client: ClientBase,
  installation: Installation,
  { breakdowns }: Pick<History, "breakdowns">,
): Promise<void> {
  await client.query(
    "select remove_breakdowns(b.entity_type, b.entity_id) from analytics_breakdowns b",
  );
  await client.query("select delete_removed_breakdowns()");
  for (const entity of breakdowns) {
    await switchBreakdowns(client, installation, { kind: "add breakdowns", ...entity });
  }
}

export async function switchBreakdowns(
  client: ClientBase,
  { entityId }: Pick<Installation, "entityId">,
  { kind, entity_type, entity }: Extract<Command, { kind: "add breakdowns" | "remove breakdowns" }>,
): Promise<void> {
  const id = idOf(entityId, entity);
  if (kind === "add breakdowns") {
    await client.query("select add_breakdowns($1, coalesce($2, oracle.no_entity()))", [
      entity_type,
      id,
    ]);
    return;
  }
  await client.query("select remove_breakdowns($1, coalesce($2, oracle.no_entity()))", [
    entity_type,
    id,
  ]);
  await client.query("select delete_removed_breakdowns()");
}
