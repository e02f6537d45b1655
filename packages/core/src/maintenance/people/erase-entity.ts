import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../../call-options.ts";
import { type EntityQuery, entityFields } from "../../contract/entity.ts";
import { parseInput } from "../../contract/parse-input.ts";
import type { ErasedEntity } from "../../contract/person.ts";
import { checkEntity } from "../../database/check-entity.ts";
import type { Connection } from "../../database/connect.ts";
import { fold } from "../fold.ts";
import { refuseTransaction } from "../refuse-transaction.ts";
import { runStep } from "../run-step.ts";
import { countEntity } from "./count-entity.ts";
import { entityArguments } from "./entity-arguments.ts";
import { auditOptions, type ErasureOptions, viewsPerStep } from "./erasure-options.ts";

/** How an entity is erased. */
export interface EraseEntityOptions extends ErasureOptions, CallOptions {}

const eraseEntityOptions = z.strictObject({ ...auditOptions, signal: signalOption });
const entityQuery = z.strictObject(entityFields);

interface EraseEntityCall {
  connection: Connection;
  entity: EntityQuery;
  options: EraseEntityOptions;
}

/** Erases an entity's page views and all that is stored of it, in steps that each leave the rollups exact. */
export async function eraseEntity({
  connection,
  entity,
  options,
}: EraseEntityCall): Promise<ErasedEntity> {
  const startedAt = performance.now();
  const asked = parseInput({ schema: entityQuery, input: entity });
  const { dryRun, actor, signal } = parseInput({
    schema: eraseEntityOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  const installation = await connection.installation({ signal });
  const checked = checkEntity({ ...asked, installation });
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  if (dryRun) {
    const erased_views = await countEntity({ connection, entity: checked, signal });
    return { erased_views, receipt: null, duration_ms: elapsed() };
  }

  const { db, schema } = connection;
  const receipt = crypto.randomUUID();
  const query = sql<{ erased: string; done: boolean }>`
    select s.erased::text as erased, s.done
    from ${sql.id(schema, "erase_entity_step")}(
      ${entityArguments({ entity: checked, installation })}, ${viewsPerStep}::int4, ${receipt}::text::uuid, ${actor}::text
    ) s
  `.compile(db);
  const erase = async (): Promise<number> => {
    let erased = 0;
    for (let done = false; !done; ) {
      const step = await runStep({ db, query, signal });
      erased += Number(step.erased);
      done = step.done;
    }
    return erased;
  };
  let erased_views = await erase();
  if (installation.distributed) {
    // folding may set something of it aside, and note milestones that are passed once more
    await fold({ connection, signal });
    erased_views += await erase();
  }
  return { erased_views, receipt, duration_ms: elapsed() };
}
