/** What a shell command needs to work on this schema: nothing for the default one. */
export function schemaOption(schema: string): string {
  return schema === "public" ? "" : ` --schema '${schema.replaceAll("'", "'\\''")}'`;
}
