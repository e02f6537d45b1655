import type { Entity, TopEntity, TopSort } from "@headcount/core/contract";
import { formatRange } from "@headcount/core/present";
import type { ReactNode } from "react";
import type { ViewedGroup } from "../analytics/analytics-context.ts";
import { useControlled } from "../analytics/use-controlled.ts";
import type { RangeOptions } from "../analytics/use-range.ts";
import { ListComparedWith } from "../cards/compared-with.tsx";
import { Choices } from "../controls/choices.tsx";
import { Words } from "../controls/words.tsx";
import { PageRow } from "../pages-table/page-row.tsx";
import { type PageName, PageTitle } from "../pages-table/page-title.tsx";
import { RangeFields } from "../range-picker/range-picker.tsx";
import { EmptyPanel } from "../states/empty-panel.tsx";
import { TroublePanel, UpgradePanel } from "../states/state-panel.tsx";
import { type TopPagesView, useTopPagesView } from "./use-top-pages-view.ts";

export interface TopPagesProps extends RangeOptions {
  /** Of which pages: `{ level: "owner", owner_id: "7" }`, `{ level: "type", entity_type: "listing" }`, or `{ level: "site" }` for all. */
  of: ViewedGroup;
  /** What a page is called, and where its numbers are: only the host knows. */
  page: (entity: Entity) => PageName;
  /**
   * By what they can be sorted, in the order of the choices.
   *
   * @default unique visitors, views and trending
   */
  sorts?: readonly TopSort[] | undefined;
  /** What is chosen, for hosts that keep it: by default the first of them. */
  sort?: TopSort | undefined;
  onSortChange?: ((sort: TopSort) => void) | undefined;
  /**
   * How many are listed, 1 to 100.
   *
   * @default 10
   */
  limit?: number | undefined;
}

const usual: readonly TopSort[] = ["unique_visitors", "views", "trending"];

/**
 * The pages that are viewed most, each over a bar as long as its share of the first one, or those that trend. The range can be chosen,
 * unless a `range` is given without `onRangeChange`.
 *
 * @example
 * <TopPages
 *   of={{ level: "type", entity_type: "listing" }}
 *   page={({ entity_id }) => ({ title: `Listing ${entity_id}`, href: `/stats/${entity_id}` })}
 *   compare
 * />;
 */
export function TopPages({ of, limit = 10, ...props }: TopPagesProps): ReactNode {
  const { page, sorts = usual, sort: given, onSortChange, ...options } = props;
  const [sort, setSort] = useControlled(given, sorts[0] ?? "unique_visitors", onSortChange);
  const view = useTopPagesView({ ...of, sort, limit }, options);
  const { state, error, retry, classes } = view;
  const canChoose = options.range === undefined || options.onRangeChange !== undefined;
  return (
    <div className={classes("root")}>
      {canChoose && state !== "refused" && <RangeFields view={view} />}
      {state === "locked" && <UpgradePanel about="range" customization={view} />}
      {state === "shown" && (
        <List page={page} sorts={sorts} sort={sort} onSort={setSort} view={view} />
      )}
      {state !== "shown" && error && (
        <TroublePanel error={error} retry={retry} customization={view} />
      )}
    </div>
  );
}

interface ListProps extends Pick<TopPagesProps, "page"> {
  sorts: readonly TopSort[];
  sort: TopSort;
  onSort: (sort: TopSort) => void;
  view: TopPagesView;
}

function List({ page, sorts, sort, onSort, view }: ListProps): ReactNode {
  const { top, compared, classes, messages, isStale, locale } = view;
  const words = messages.topPages;
  const scored = top?.score_date ?? null;
  return (
    <section
      className={classes("topPages")}
      aria-label={words.title}
      aria-busy={top === undefined || isStale}
    >
      <div className="headcount-head">
        <h2>{words.title}</h2>
        <Choices
          legend={messages.visitors.sort}
          className={classes("choices")}
          choices={[...new Set([...sorts, sort])].map((value) => ({
            value,
            label: value === "trending" ? words.trending : messages.measures[value],
            short: value === "trending" ? words.trending : messages.shortMeasures[value],
          }))}
          value={sort}
          onChoose={onSort}
        />
      </div>
      <div className="headcount-canvas" data-stale={isStale}>
        {top === undefined ? (
          <div className="headcount-skeleton" />
        ) : (
          <Rows rows={top.data} page={page} sort={sort} view={view} />
        )}
      </div>
      {scored !== null && (
        <p className="headcount-note">
          {words.trendsOn(formatRange({ date_from: scored, date_to: scored }, { locale }))}
        </p>
      )}
      {compared && (
        <ListComparedWith compared={top?.compare} dates={compared.dates} customization={view} />
      )}
    </section>
  );
}

interface RowsProps extends Pick<ListProps, "page" | "sort" | "view"> {
  rows: readonly TopEntity[];
}

function Rows({ rows, page, sort, view }: RowsProps): ReactNode {
  const { messages } = view;
  const sizeOf = (row: TopEntity): number => (sort === "trending" ? (row.score ?? 0) : row[sort]);
  const most = Math.max(...rows.map(sizeOf));
  const measures = sort === "unique_accounts" ? accounts : visitors;
  if (rows.length === 0) {
    const words = sort === "trending" ? messages.topPages.nothing : messages.chart.empty.visits;
    return <EmptyPanel about="topPages" words={words} customization={view} />;
  }
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{messages.pages.page}</th>
          {measures.map((measure) => (
            <th key={measure} scope="col">
              <Words label={messages.measures[measure]} short={messages.shortMeasures[measure]} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <PageRow
            key={`${row.entity_type} ${row.entity_id}`}
            title={
              <>
                {sizeOf(row) > 0 && (
                  <span
                    className="headcount-share"
                    style={{ width: `${(100 * sizeOf(row)) / most}%` }}
                  />
                )}
                <PageTitle {...page(row)} />
                {row.is_new && <span className="headcount-badge">{messages.topPages.isNew}</span>}
              </>
            }
            totals={row}
            measures={measures}
            view={{ ...view, trend: undefined }}
          />
        ))}
      </tbody>
    </table>
  );
}

const visitors = ["unique_visitors", "views"] as const;
const accounts = ["unique_accounts", "views"] as const;
