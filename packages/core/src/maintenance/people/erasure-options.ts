import * as z from "zod/mini";

/** The most page views that one transaction erases or moves. */
export const viewsPerStep = 20_000;

/** What every call takes that erases or moves. */
export interface ErasureOptions {
  /**
   * Count what it would do, and write nothing.
   * @default false
   */
  dryRun?: boolean | undefined;
  /** Who asked for it, for `analytics_audit`: up to 255 characters. */
  actor?: string | undefined;
}

const actorError = "give a text of up to 255 characters";

export const auditOptions = {
  dryRun: z._default(z.boolean({ error: "give true or false" }), false),
  actor: z._default(
    z.nullable(z.string({ error: actorError }).check(z.maxLength(255, { error: actorError }))),
    null,
  ),
};
