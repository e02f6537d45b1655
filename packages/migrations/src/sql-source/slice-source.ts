import { sliceAttachments } from "../generated/slice-attachments.ts";
import { sliceChanges } from "../generated/slice-changes.ts";
import { sliceFunctions } from "../generated/slice-functions.ts";
import { librarySource } from "./library-source.ts";
import type { SqlSource } from "./sql-source.ts";

const ofSlices = new Map(sliceFunctions.map((definition) => [definition.name, definition]));
const known = new Set(librarySource.functions.map(({ name }) => name));

/**
 * The SQL of a slice, which is what belongs to some of the entities: all that every installation has, with some functions in the place of
 * others, and the tables by which slices hand on to each other what sessions do.
 */
export const sliceSource: SqlSource = {
  ...librarySource,
  changes: [...librarySource.changes, ...sliceChanges],
  functions: [
    ...librarySource.functions.map((definition) => ofSlices.get(definition.name) ?? definition),
    ...sliceFunctions.filter(({ name }) => !known.has(name)),
  ],
  attachments: [...librarySource.attachments, ...sliceAttachments],
};
