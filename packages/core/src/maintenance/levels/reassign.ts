import { sql } from "kysely";
import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../../call-options.ts";
import { type EntityQuery, entityFields, isId } from "../../contract/entity.ts";
import { instant } from "../../contract/instant.ts";
import type { ReassignedEntity } from "../../contract/level.ts";
import { parseInput } from "../../contract/parse-input.ts";
import { checkEntity } from "../../database/check-entity.ts";
import { checkId } from "../../database/check-id.ts";
import type { Connection } from "../../database/connect.ts";
import { refuseOnCitus } from "../../database/refuse-on-citus.ts";
import { entityArguments } from "../people/entity-arguments.ts";
import { auditOptions, viewsPerStep } from "../people/erasure-options.ts";
import { idOf } from "../people/id-types.ts";
import { refuseTransaction } from "../refuse-transaction.ts";
import { runStep } from "../run-step.ts";

/** An entity, and whose its page views are to be. */
export interface Reassignment extends EntityQuery {
  /** Of the type that the column of owners has; null for nobody's. */
  owner_id: string | number | null;
  /**
   * Of which page views: those from this instant on, ISO 8601 with a zone.
   * @default all of them
   */
  from?: string | undefined;
}

/** How an entity is reassigned. */
export interface ReassignOptions extends CallOptions {
  /** Who asked for it, for `analytics_audit`: up to 255 characters. */
  actor?: string | undefined;
}

const reassignment = z.strictObject({
  ...entityFields,
  owner_id: z.custom<string | number | null>((value) => value === null || isId(value), {
    error: "give the owner's id, or null for nobody",
  }),
  from: z.optional(instant),
});
const reassignOptions = z.strictObject({ actor: auditOptions.actor, signal: signalOption });

interface ReassignCall {
  connection: Connection;
  entity: Reassignment;
  options: ReassignOptions;
}

/** Gives an entity's page views to an owner, in steps: each is an edit of page views, and folded like any other. */
export async function reassign({
  connection,
  entity,
  options,
}: ReassignCall): Promise<ReassignedEntity> {
  const startedAt = performance.now();
  const { owner_id, from, ...asked } = parseInput({ schema: reassignment, input: entity });
  const { actor, signal } = parseInput({
    schema: reassignOptions,
    input: options,
    name: "options object",
  });
  refuseTransaction(connection);
  const installation = await connection.installation({ signal });
  refuseOnCitus(installation, "Nothing is counted of owners there: update owner_id of page views.");
  const checked = checkEntity({ ...asked, installation });
  const type = installation.owner_id_type;
  const owner =
    owner_id === null ? null : checkId({ field: "owner_id", id: String(owner_id), type });

  const { db, schema } = connection;
  const receipt = crypto.randomUUID();
  const query = sql<{ reassigned: string; done: boolean }>`
    select s.reassigned::text as reassigned, s.done
    from ${sql.id(schema, "reassign_step")}(
      ${entityArguments({ entity: checked, installation })}, ${owner}::text::${idOf[type]}, ${from ?? null}::text::timestamptz,
      ${viewsPerStep}::int4, ${receipt}::text::uuid, ${actor}::text
    ) s
  `.compile(db);
  let reassigned_views = 0;
  for (let done = false; !done; ) {
    const step = await runStep({ db, query, signal });
    reassigned_views += Number(step.reassigned);
    done = step.done;
  }
  return { reassigned_views, receipt, duration_ms: Math.round(performance.now() - startedAt) };
}
