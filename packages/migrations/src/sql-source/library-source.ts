import { attachments } from "../generated/attachments.ts";
import { changes } from "../generated/changes.ts";
import { functions } from "../generated/functions.ts";
import { libraryVersion } from "../generated/library-version.ts";
import { releases } from "../generated/releases.ts";
import type { SqlSource } from "./sql-source.ts";

/** The SQL that this package has. */
export const librarySource: SqlSource = {
  libraryVersion,
  release: releases.length,
  changes,
  functions,
  attachments,
};
