import * as z from "zod/mini";

const surfaceRule = { error: "give 1 to 40 of the characters a-z, 0-9, _ and -" };
const text = z.optional(z.nullable(z.string({ error: "give a text, or null" })));

/** The fields that say how a view came about, of a page view and of a message. */
export const viewFactFields = {
  surface: z.optional(
    z.nullable(z.string(surfaceRule).check(z.regex(/^[a-z0-9_-]{1,40}$/, surfaceRule))),
  ),
  utm_source: text,
  utm_medium: text,
  utm_campaign: text,
  ad_click: text,
};
