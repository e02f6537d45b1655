import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../../call-options.ts";
import { type EntityQuery, entityFields } from "../../contract/entity.ts";
import { parseInput } from "../../contract/parse-input.ts";
import type { MovedEntity } from "../../contract/person.ts";
import { checkEntity } from "../../database/check-entity.ts";
import type { Connection } from "../../database/connect.ts";
import { refuseOnCitus } from "../../database/refuse-on-citus.ts";
import { AnalyticsError } from "../../errors.ts";
import { refuseTransaction } from "../refuse-transaction.ts";
import { runStep } from "../run-step.ts";
import { countEntity } from "./count-entity.ts";
import { entityArguments } from "./entity-arguments.ts";
import { auditOptions, type ErasureOptions, viewsPerStep } from "./erasure-options.ts";

/** An entity, and the one that its page views are to be of. */
export interface EntityMove {
  from: EntityQuery;
  to: EntityQuery;
}

/** How an entity is moved. */
export interface MoveEntityOptions extends ErasureOptions, CallOptions {}

const entityError = { error: "give an entity_type and an entity_id" };
const entityMove = z.strictObject({
  from: z.strictObject(entityFields, entityError),
  to: z.strictObject(entityFields, entityError),
});
const moveEntityOptions = z.strictObject({ ...auditOptions, signal: signalOption });

interface MoveEntityCall {
  connection: Connection;
  move: EntityMove;
  options: MoveEntityOptions;
}

/** Gives the page views of one entity to another, in steps that each leave the rollups exact. */
export async function moveEntity({
  connection,
  move,
  options,
}: MoveEntityCall): Promise<MovedEntity> {
  const startedAt = performance.now();
  const asked = parseInput({ schema: entityMove, input: move });
  const { dryRun, actor, signal } = parseInput({
    schema: moveEntityOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  const installation = await connection.installation({ signal });
  refuseOnCitus(
    installation,
    "An entity's page views are in the shard of its id: insert them once more with the other id, and erase this entity.",
  );
  const from = checkEntity({ ...asked.from, installation });
  const to = checkEntity({ ...asked.to, installation });
  if (from.entity_type === to.entity_type && from.entity_id === to.entity_id) {
    throw new AnalyticsError("invalid_input", "to is the entity of from: give another one.", {
      field: "to",
    });
  }
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  if (dryRun) {
    const moved_views = await countEntity({ connection, entity: from, signal });
    return { moved_views, receipt: null, duration_ms: elapsed() };
  }

  const { db, schema } = connection;
  const receipt = crypto.randomUUID();
  const query = sql<{ moved: string; done: boolean }>`
    select s.moved::text as moved, s.done
    from ${sql.id(schema, "move_entity_step")}(
      ${entityArguments({ entity: from, installation })}, ${entityArguments({ entity: to, installation })},
      ${viewsPerStep}::int4, ${receipt}::text::uuid, ${actor}::text
    ) s
  `.compile(db);
  let moved_views = 0;
  for (let done = false; !done; ) {
    const step = await runStep({ db, query, signal });
    moved_views += Number(step.moved);
    done = step.done;
  }
  return { moved_views, receipt, duration_ms: elapsed() };
}
