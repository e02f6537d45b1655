import { findHostColumn, idTypeOfColumn } from "../inspection/host-columns.ts";
import type { Installation } from "../inspection/installation.ts";
import type { InstalledSettings } from "../inspection/installed-settings.ts";
import { MigrationError } from "../migration-error.ts";
import { namedColumns } from "../sql-text/page-view-columns.ts";
import { quoteTableName } from "../sql-text/quote.ts";

/** @throws {MigrationError} `settings_differ` when an installed schema was asked to become another one */
export function checkSettings({ target, settings, pageViews }: Installation): void {
  if (settings === undefined) return;
  if (
    target.timeZone !== undefined &&
    target.timeZone.toLowerCase() !== settings.timeZone.toLowerCase()
  ) {
    throw new MigrationError(
      "settings_differ",
      `timeZone is "${target.timeZone}", but the schema "${target.schema}" was installed with "${settings.timeZone}", in which all its dates are cut: leave timeZone out, or install into another schema.`,
      { field: "timeZone" },
    );
  }
  if (target.partition !== undefined && target.partition !== settings.partition) {
    throw new MigrationError(
      "settings_differ",
      `partition is "${target.partition}", but the schema "${target.schema}" was installed without: leave partition out, or install into another schema.`,
      { field: "partition" },
    );
  }
  if (settings.pageViews === undefined) {
    throw new MigrationError(
      "settings_differ",
      `The table of page views that the schema "${target.schema}" was installed for was dropped: take the schema out as docs/installing.md says, or install into another one.`,
      { field: "pageViews" },
    );
  }
  const wanted = quoteTableName(pageViews.table);
  const installed = quoteTableName(settings.pageViews);
  if (wanted !== installed) {
    throw new MigrationError(
      "settings_differ",
      `pageViews is ${wanted}, but the schema "${target.schema}" was installed for ${installed}: leave pageViews out, or install into another schema.`,
      { field: "pageViews" },
    );
  }
  checkColumns(settings, target);
  checkIdTypes(settings, pageViews);
}

function checkColumns(
  { columnNames }: InstalledSettings,
  { columns, schema }: Installation["target"],
): void {
  if (columns === undefined) return;
  const name = namedColumns.find((ours) => columns[ours] !== columnNames[ours]);
  if (name === undefined) return;
  throw new MigrationError(
    "settings_differ",
    `columns has ${columns[name] ?? name} for ${name}, but the schema "${schema}" was installed with ${columnNames[name] ?? name}: leave columns out, or install into another schema.`,
    { field: "columns" },
  );
}

function checkIdTypes(
  { entityIdType, accountIdType, sessionIdType, columnNames }: InstalledSettings,
  { table, details }: Installation["pageViews"],
): void {
  const installed = [
    ["entity_id", entityIdType],
    ["account_id", accountIdType],
    ["session_id", sessionIdType],
    ["visitor_id", sessionIdType],
  ] as const;
  for (const [ours, installedType] of installed) {
    const column = findHostColumn({ details, columnNames, name: ours });
    if (column === undefined || installedType === idTypeOfColumn(column)) continue;
    const { name, type } = column;
    throw new MigrationError(
      "settings_differ",
      `${name} of ${quoteTableName(table)} is ${type}, and was installed as ${installedType}: give the column that type, or take the schema out as docs/installing.md says and install again.`,
      { field: "pageViews" },
    );
  }
}
