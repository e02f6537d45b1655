import { type IdType, idTypeOf } from "../sql-text/id-type.ts";
import {
  type ColumnNames,
  columnsNamed,
  type HostColumn,
  type PageViewColumnName,
  type PageViewColumns,
  pageViewColumnNames,
} from "../sql-text/page-view-columns.ts";
import type { PageViewsColumn, PageViewsTable } from "./inspect-page-views.ts";

/** The columns that hold what is read of page views, and what makes their values ours. */
export function hostColumns(
  details: PageViewsTable | undefined,
  names: ColumnNames,
): PageViewColumns {
  const columns = columnsNamed(names);
  const found = new Map(details?.columns.map((column) => [column.name, column]));
  return Object.fromEntries(
    pageViewColumnNames.map((name) => {
      const column = found.get(columns[name].name);
      return [name, column === undefined ? columns[name] : hostColumn(column)];
    }),
  ) as unknown as PageViewColumns;
}

function hostColumn({ name, type, baseType, isEnum, collation }: PageViewsColumn): HostColumn {
  const isCollated = collation !== null;
  if (isEnum) return { name, cast: "text", indexedBy: "nothing" };
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

/** The column of the table that holds this one of ours. */
export function findHostColumn(
  details: PageViewsTable | undefined,
  names: ColumnNames,
  name: PageViewColumnName | "id",
): PageViewsColumn | undefined {
  return details?.columns.find((column) => column.name === (names[name] ?? name));
}
