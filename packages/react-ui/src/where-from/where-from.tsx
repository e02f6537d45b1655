import type { Breakdown } from "@headcount/core/contract";
import { formatMeasure, formatRange } from "@headcount/core/present";
import { useBreakdown } from "@headcount/react-hooks";
import { type ReactNode, useRef } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { latestDays } from "../analytics/latest-days.ts";
import { useControlled } from "../analytics/use-controlled.ts";
import { Choices } from "../controls/choices.tsx";
import { EmptyPanel } from "../states/empty-panel.tsx";
import { TroublePanel, UpgradePanel } from "../states/state-panel.tsx";
import {
  type ChosenValue,
  detailsOf,
  type WhereFromBreakdown,
  type WhereFromDimension,
} from "./asked-breakdown.ts";
import { Filter } from "./filter.tsx";
import { ValueTable } from "./value-table.tsx";

export interface WhereFromProps {
  /**
   * By what views can be broken down, in the order of the choices.
   *
   * @default channel, source and campaign, which every collection stores unless it is told otherwise
   */
  dimensions?: readonly WhereFromDimension[] | undefined;
  /** What is chosen, for hosts that keep it: by default the first of them. */
  breakdown?: WhereFromBreakdown | undefined;
  onBreakdownChange?: ((breakdown: WhereFromBreakdown) => void) | undefined;
  /**
   * Whether the user's plan does not show it: it is not asked for, and the upgrade is shown.
   *
   * @default false
   */
  locked?: boolean | undefined;
}

const usual: readonly WhereFromDimension[] = ["channel", "source", "utm_campaign"];
const maxValues = 7;

/** Where the visitors of the range came from, and with what they viewed: the most frequent values, and how many came by each. */
export function WhereFrom({ locked = false, ...props }: WhereFromProps): ReactNode {
  const view = useAnalyticsView();
  if (view.state !== "shown") return null;
  if (locked) return <UpgradePanel about="whereFrom" customization={view} />;
  return <Asked {...props} />;
}

function Asked(props: Omit<WhereFromProps, "locked">): ReactNode {
  const { dimensions = usual } = props;
  const view = useAnalyticsView();
  const { subject, range, today, series, messages, locale, classes } = view;
  const [breakdown, setBreakdown] = useControlled<WhereFromBreakdown>(
    props.breakdown,
    { dimension: dimensions[0] ?? "channel" },
    props.onBreakdownChange,
  );
  const { dimension, filter_dimension } = breakdown;
  const panel = useRef<HTMLElement>(null);
  const shown = latestDays(range, today);
  const asked = useBreakdown({ ...subject, ...shown, ...breakdown, limit: maxValues });
  const { data, error, isPlaceholderData } = asked;
  const words = messages.whereFrom;

  if (error?.reason === "upgrade_needed") {
    return <UpgradePanel about="whereFrom" customization={view} />;
  }
  // where the numbers are missing too, that is said once
  if (error !== null && data === undefined && series !== undefined) {
    return <TroublePanel error={error} retry={() => void asked.refetch()} customization={view} />;
  }
  return (
    <section
      ref={panel}
      tabIndex={-1}
      className={classes("whereFrom")}
      aria-label={words.title}
      aria-busy={data === undefined || isPlaceholderData}
    >
      <div className="headcount-head">
        <h2>{words.title}</h2>
        {shown !== range && <p className="headcount-note">{formatRange(shown, { locale })}</p>}
        <Choices
          legend={words.by}
          className={classes("choices")}
          choices={[...new Set([...dimensions, dimension])].map((value) => ({
            value,
            label: words.dimensions[value],
          }))}
          value={dimension}
          onChoose={(chosen) =>
            setBreakdown({ ...(chosen === filter_dimension ? {} : breakdown), dimension: chosen })
          }
        />
      </div>
      <Filter breakdown={breakdown} onClear={setBreakdown} />
      <div className="headcount-canvas" data-stale={isPlaceholderData}>
        {data === undefined ? (
          <div className="headcount-skeleton" />
        ) : (
          <Values
            breakdown={data}
            onChoose={(chosen) => {
              // what was pressed goes with the values that were listed: the keyboard goes on from here
              panel.current?.focus();
              setBreakdown(detailsOf(chosen, dimensions));
            }}
          />
        )}
      </div>
    </section>
  );
}

interface ValuesProps {
  breakdown: Breakdown;
  onChoose: (chosen: ChosenValue) => void;
}

function Values({ breakdown, onChoose }: ValuesProps): ReactNode {
  const view = useAnalyticsView();
  const { messages, locale } = view;
  const { data, totals, recorded_views } = breakdown;
  const words = messages.whereFrom;
  const isOfAll = breakdown.filter_dimension === null;
  if (totals.views === 0 || (isOfAll && data.every(({ value }) => value === null))) {
    const said = totals.views === 0 ? messages.chart.empty.visits : words.empty;
    return <EmptyPanel about="whereFrom" words={said} customization={view} />;
  }
  const count = (views: number): string => formatMeasure("views", views, { locale });
  return (
    <>
      <ValueTable breakdown={breakdown} onChoose={onChoose} customization={view} />
      {recorded_views !== null && recorded_views < totals.views && (
        <p className="headcount-note">{words.known(count(recorded_views), count(totals.views))}</p>
      )}
    </>
  );
}
