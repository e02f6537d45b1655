import type { TotalsOfEntity } from "@headcount/core/contract";
import { formatMeasure, formatMeasureChange, type Measure } from "@headcount/core/present";
import type { ReactNode } from "react";
import { Sparkline } from "./sparkline.tsx";
import type { PagesView } from "./use-pages-view.ts";

export interface PageRowProps {
  title: ReactNode;
  /** Undefined until there is an answer. */
  totals: TotalsOfEntity | undefined;
  measures: readonly Measure[];
  view: PagesView;
}

/** One page of the table. */
export function PageRow({ title, totals, measures, view }: PageRowProps): ReactNode {
  const { trend, whole, compared, messages, locale } = view;
  const { points } = messages.cards;
  return (
    <tr>
      <th scope="row">
        <div className="headcount-head">
          <span>{title}</span>
          {trend && <Sparkline values={totals?.sparkline?.slice(...whole) ?? []} />}
        </div>
      </th>
      {measures.map((measure) => (
        <td key={measure}>
          {totals === undefined ? (
            <span className="headcount-skeleton" />
          ) : (
            formatMeasure(measure, totals[measure], { locale })
          )}
          {compared && (
            <p className="headcount-note">
              {formatMeasureChange(totals?.change?.[measure], { locale, points })}
            </p>
          )}
        </td>
      ))}
    </tr>
  );
}
