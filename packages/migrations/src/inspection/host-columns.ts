import { type IdType, idTypeOf } from "../sql-text/id-type.ts";
import {
  type ColumnNames,
  columnsBy,
  type HostColumn,
  type PageViewColumnName,
  type PageViewColumns,
} from "../sql-text/page-view-columns.ts";
import type { PageViewsColumn, PageViewsTable } from "./inspect-page-views.ts";

/** The columns that hold what is read of page views, and what makes their values ours. */
export function hostColumns(
  details: PageViewsTable | undefined,
  names: ColumnNames,
): PageViewColumns {
  return columnsBy((name) => {
    const column = findHostColumn({ details, columnNames: names, name });
    return column === undefined ? { name: names[name] ?? name } : hostColumn(column);
  });
}

function hostColumn({ name, type, baseType, isEnum, collation }: PageViewsColumn): HostColumn {
  const isCollated = collation !== null;
  if (isEnum) return { name, cast: "text", enumType: type, indexedBy: "nothing" };
  // A comparison of char(n) leaves the blanks at its end out, and so does its cast.
  if (baseType === "character") return { name, cast: "text", isCollated, indexedBy: "cast" };
  return baseType === type ? { name, isCollated } : { name, cast: baseType, isCollated };
}

/** The type that our tables use for ids of this column; undefined when they cannot follow it. */
export function idTypeOfColumn({
  baseType,
  isEnum,
}: Pick<PageViewsColumn, "baseType" | "isEnum">): IdType | undefined {
  return isEnum || baseType === "character" ? "text" : idTypeOf(baseType);
}

interface ColumnToFind {
  details: PageViewsTable | undefined;
  columnNames: ColumnNames;
  name: PageViewColumnName | "id";
}

/** The column of the table that holds this one of ours. */
export function findHostColumn({
  details,
  columnNames,
  name,
}: ColumnToFind): PageViewsColumn | undefined {
  return details?.columns.find((column) => column.name === (columnNames[name] ?? name));
}
