import * as z from "zod/mini";
import { isId } from "./entity.ts";

/** An id that a host gives, as text. */
export const hostId = z.pipe(
  z.custom<string | number>(isId, { error: "give an id of 1 to 255 characters" }),
  z.transform(String),
);
