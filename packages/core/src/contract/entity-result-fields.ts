import * as z from "zod/mini";

/** The fields that name in an answer what was viewed. */
export const entityResultFields = { entity_type: z.string(), entity_id: z.nullable(z.string()) };
