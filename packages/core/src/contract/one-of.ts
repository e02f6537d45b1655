import * as z from "zod/mini";

/** One of these names. */
export function oneOf<const Names extends readonly string[]>(names: Names) {
  return z.enum(names, { error: `give one of ${names.map((name) => `"${name}"`).join(", ")}` });
}
