import type { Measures, TotalsOfEntity } from "@headcount/core/contract";
import { formatMeasure, formatMeasureChange, type Measure } from "@headcount/core/present";
import type { ReactNode } from "react";
import { Sparkline } from "./sparkline.tsx";
import type { PagesView } from "./use-pages-view.ts";

export interface PageRowProps {
  title: ReactNode;
  /** Undefined until there is an answer; of all pages together there is neither a line nor a change. */
  totals: (Measures & Partial<Pick<TotalsOfEntity, "sparkline" | "change">>) | undefined;
  measures: readonly Measure[];
  view: Pick<PagesView, "trend" | "compared" | "messages" | "locale"> &
    Partial<Pick<PagesView, "whole">>;
}

/** One page of the table, or all of them. */
export function PageRow({ title, totals, measures, view }: PageRowProps): ReactNode {
  const { trend, whole = [], compared, messages, locale } = view;
  const { points } = messages.cards;
  return (
    <tr>
      <th scope="row">
        <div className="headcount-head">
          <span>{title}</span>
          {trend && totals?.sparkline !== undefined && (
            <Sparkline values={totals.sparkline?.slice(...whole) ?? []} />
          )}
        </div>
      </th>
      {measures.map((measure) => (
        <td key={measure}>
          {totals === undefined ? (
            <span className="headcount-skeleton" />
          ) : (
            formatMeasure(measure, totals[measure], { locale })
          )}
          {compared && totals?.change !== undefined && (
            <p className="headcount-note">
              {formatMeasureChange(totals.change?.[measure], { locale, points })}
            </p>
          )}
        </td>
      ))}
    </tr>
  );
}
