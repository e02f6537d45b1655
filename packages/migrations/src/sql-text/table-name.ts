import { quoteIdentifier } from "./quote.ts";

export interface TableName {
  schema: string;
  name: string;
}

export function quoteTableName(table: TableName): string {
  return `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
}
