import { schemaOption } from "./schema-option.ts";

/** The shell command that installs the schema, or brings it up to date. */
export function upCommand(schema: string): string {
  return `npx @headcount/migrations up${schemaOption(schema)}`;
}
