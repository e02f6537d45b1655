import { type DateRange, formatMeasure, type Measure, todayIn } from "@headcount/core/present";
import { useTimeSeries } from "@headcount/react-hooks";
import type { ReactNode } from "react";
import type { ViewedEntity } from "../analytics/analytics-context.ts";
import {
  type Customization,
  type CustomizationOptions,
  useCustomization,
} from "../analytics/customization.ts";
import { datesOf, type RangeChoice } from "../analytics/range-choice.ts";

/** A page of the table. */
export interface ListedPage extends ViewedEntity {
  title: string;
  /** Where its numbers are. */
  href?: string | undefined;
}

export interface PagesTableProps extends Omit<CustomizationOptions, "slots"> {
  /** Some dozens at most: each is a question of its own. */
  entities: readonly ListedPage[];
  /**
   * The range of the numbers.
   *
   * @default "30d"
   */
  range?: RangeChoice | undefined;
  /**
   * The reporting time zone, in which today is a date.
   *
   * @default "UTC"
   */
  timeZone?: string | undefined;
  /**
   * Which measures have a column.
   *
   * @default views, unique visitors and average time
   */
  measures?: readonly Measure[] | undefined;
}

const usual: readonly Measure[] = ["views", "unique_visitors", "avg_time_on_page"];

/**
 * A list of pages with their totals.
 *
 * @example
 * <PagesTable entities={[{ entity_type: "listing", entity_id: "7", title: "Canal loft", href: "/stats/7" }]} />;
 */
export function PagesTable(props: PagesTableProps): ReactNode {
  const { entities, range = "30d", timeZone = "UTC", measures = usual } = props;
  const customization = useCustomization(props);
  const { messages, classes } = customization;
  const dates = datesOf(range, todayIn(timeZone));
  return (
    <div className={`${classes("root")} ${classes("pages")}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">{messages.pages.page}</th>
            {measures.map((measure) => (
              <th key={measure} scope="col">
                {messages.measures[measure]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entities.map((page) => (
            <PageRow
              key={`${page.entity_type} ${page.entity_id}`}
              page={page}
              dates={dates}
              measures={measures}
              customization={customization}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface PageRowProps {
  page: ListedPage;
  dates: DateRange;
  measures: readonly Measure[];
  customization: Customization;
}

function PageRow({ page, dates, measures, customization }: PageRowProps): ReactNode {
  const { entity_type, entity_id, title, href } = page;
  const { data, error } = useTimeSeries(
    { entity_type, entity_id, ...dates, period: "yearly" },
    { select: ({ totals }) => totals },
  );
  return (
    <tr>
      <th scope="row">{href === undefined ? title : <a href={href}>{title}</a>}</th>
      {measures.map((measure) => (
        <td key={measure}>
          {data === undefined && error === null ? (
            <span className="headcount-skeleton" />
          ) : (
            formatMeasure(measure, data?.[measure] ?? null, { locale: customization.locale })
          )}
        </td>
      ))}
    </tr>
  );
}
