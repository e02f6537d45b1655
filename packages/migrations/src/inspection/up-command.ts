/** The shell command that installs the schema, or brings it up to date. */
export function upCommand(schema: string): string {
  const option = schema === "public" ? "" : ` --schema '${schema.replaceAll("'", "'\\''")}'`;
  return `npx @headcount/migrations up${option}`;
}
