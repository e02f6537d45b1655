import { defaultSchema } from "../default-schema.ts";

/** What a shell command needs to work on this schema: nothing for the default one. */
export function schemaOption(schema: string): string {
  return schema === defaultSchema ? "" : ` --schema '${schema.replaceAll("'", "'\\''")}'`;
}

/** The shell command that installs the schema, or brings it up to date. */
export function upCommand(schema: string): string {
  return `npx @headcount/migrations up${schemaOption(schema)}`;
}
