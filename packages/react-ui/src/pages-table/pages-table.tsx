import type { Measure } from "@headcount/core/present";
import type { ReactNode } from "react";
import type { ViewedEntity } from "../analytics/analytics-context.ts";
import type { RangeOptions } from "../analytics/use-range.ts";
import { ListComparedWith } from "../cards/compared-with.tsx";
import { Words } from "../controls/words.tsx";
import { RangeFields } from "../range-picker/range-picker.tsx";
import { EmptyPanel } from "../states/empty-panel.tsx";
import { TroublePanel, UpgradePanel } from "../states/state-panel.tsx";
import { PageRow } from "./page-row.tsx";
import { type PageName, PageTitle } from "./page-title.tsx";
import { type PagesView, usePagesView } from "./use-pages-view.ts";

/** A page of the table. */
export interface ListedPage extends ViewedEntity, PageName {}

export interface PagesTableProps extends RangeOptions {
  /** Up to 200, in the order of the rows: all of them are one question. */
  entities: readonly ListedPage[];
  /**
   * Which measures have a column.
   *
   * @default views, unique visitors and average time
   */
  measures?: readonly Measure[] | undefined;
  /**
   * Whether a last row has all pages together, with everybody counted once. They may have had 20,000 visitors, each for itself.
   *
   * @default false
   */
  together?: boolean | undefined;
}

const usual: readonly Measure[] = ["views", "unique_visitors", "avg_time_on_page"];

/**
 * A list of pages with their totals, how views went, and what changed. The range can be chosen, unless a `range` is
 * given without `onRangeChange`.
 *
 * @example
 * <PagesTable
 *   entities={[{ entity_type: "listing", entity_id: "7", title: "Canal loft", href: "/stats/7" }]}
 *   compare
 * />;
 */
export function PagesTable({
  entities,
  measures = usual,
  together = false,
  ...options
}: PagesTableProps): ReactNode {
  const view = usePagesView(entities, together, options);
  const { state, totals, compared, isStale, classes, messages } = view;
  const canChoose = options.range === undefined || options.onRangeChange !== undefined;
  return (
    <div className={classes("root")}>
      {canChoose && state !== "refused" && <RangeFields view={view} />}
      {state === "shown" ? (
        <section
          className={classes("pages")}
          aria-label={messages.pages.title}
          aria-busy={(totals === undefined && entities.length > 0) || isStale}
        >
          <Rows entities={entities} measures={measures} view={view} />
          {compared && (
            <ListComparedWith
              compared={totals?.compare}
              dates={compared.dates}
              customization={view}
            />
          )}
        </section>
      ) : (
        <Reason view={view} />
      )}
    </div>
  );
}

// why there are no numbers
function Reason({ view }: { view: PagesView }): ReactNode {
  const { error, retry } = view;
  if (view.state === "locked") return <UpgradePanel about="range" customization={view} />;
  return error && <TroublePanel error={error} retry={retry} customization={view} />;
}

interface RowsProps {
  entities: readonly ListedPage[];
  measures: readonly Measure[];
  view: PagesView;
}

function Rows({ entities, measures, view }: RowsProps): ReactNode {
  const { messages, totals, trend } = view;
  const words = messages.pages;
  if (entities.length === 0) {
    return <EmptyPanel about="pages" words={words.empty} customization={view} />;
  }
  return (
    <table data-stale={view.isStale}>
      <thead>
        <tr>
          <th scope="col">
            <div className="headcount-head">
              <span>{words.page}</span>
              {trend && <span className="headcount-wide">{words.trend[trend]}</span>}
            </div>
          </th>
          {measures.map((measure) => (
            <th key={measure} scope="col">
              <Words label={messages.measures[measure]} short={messages.shortMeasures[measure]} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {entities.map(({ entity_type, entity_id, title, href }, index) => (
          <PageRow
            key={`${entity_type} ${entity_id}`}
            title={<PageTitle title={title} href={href} />}
            totals={totals?.data[index]}
            measures={measures}
            view={view}
          />
        ))}
      </tbody>
      {totals?.together && (
        <tfoot>
          <PageRow
            title={words.together}
            totals={totals.together}
            measures={measures}
            view={view}
          />
        </tfoot>
      )}
    </table>
  );
}
