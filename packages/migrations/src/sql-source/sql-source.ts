import type { Change } from "./change.ts";

/** SQL that can be run, and where it is written. */
export interface SqlPart {
  /** Below sql/. */
  file: string;
  /** Where it begins in that file, counted from 1. */
  line: number;
  sql: string;
}

/** A function or procedure of sql/functions; no two have the same name. */
export interface SqlFunction extends SqlPart {
  name: string;
}

/** All SQL of one release. */
export interface SqlSource {
  /** The version of this package. */
  libraryVersion: string;
  /** Which release it is, counted from 1: later ones have greater numbers. */
  release: number;
  changes: readonly Change[];
  /** In an order in which they can be created. */
  functions: readonly SqlFunction[];
  attachments: readonly SqlPart[];
  /** Whether it is that of a cluster, where page views are spread over servers. */
  isDistributed?: boolean;
}
