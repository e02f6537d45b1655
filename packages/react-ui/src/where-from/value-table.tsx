import type { Breakdown } from "@headcount/core/contract";
import { formatMeasure } from "@headcount/core/present";
import type { ReactNode } from "react";
import type { Customization } from "../analytics/customization.ts";
import type { ChosenValue, WhereFromDimension } from "./asked-breakdown.ts";
import { nameValue } from "./name-value.ts";

export interface ValueTableProps {
  breakdown: Breakdown;
  onChoose: (chosen: ChosenValue) => void;
  customization: Pick<Customization, "messages" | "locale">;
}

/** The values of a dimension with their numbers, each over a bar as long as its share. */
export function ValueTable({ breakdown, onChoose, customization }: ValueTableProps): ReactNode {
  const { data, other } = breakdown;
  // nothing else is asked for
  const dimension = breakdown.dimension as WhereFromDimension;
  const { messages, locale } = customization;
  const words = messages.whereFrom;
  // what says nothing comes last, and has no bar: it would dwarf those of all campaigns
  const known = data.filter(({ value }) => value !== null);
  const rows = [...known, ...data.filter(({ value }) => value === null)];
  const most = Math.max(...known.map(({ unique_visitors }) => unique_visitors));
  const nameOf = (value: string | null): string =>
    nameValue(value, { dimension, ...customization });
  const count = (value: number | null): string => formatMeasure("views", value, { locale });
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{words.dimensions[dimension]}</th>
          <th scope="col">{words.visitors}</th>
          <th scope="col" className="headcount-wide">
            {messages.measures.views}
          </th>
          <th scope="col">{words.share}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ value, unique_visitors, views, share_of_visitors }) => (
          <tr key={value}>
            <th scope="row">
              {value === null ? (
                nameOf(value)
              ) : (
                <>
                  <span
                    className="headcount-share"
                    style={{ width: `${(100 * unique_visitors) / (most || 1)}%` }}
                  />
                  <button
                    type="button"
                    className="headcount-value"
                    onClick={() => onChoose({ dimension, value })}
                  >
                    {nameOf(value)}
                  </button>
                </>
              )}
            </th>
            <td>{count(unique_visitors)}</td>
            <td className="headcount-wide">{count(views)}</td>
            <td>{formatMeasure("bounce_rate", share_of_visitors, { locale })}</td>
          </tr>
        ))}
        {other !== null && (
          <tr>
            <th scope="row">{words.more(count(other.values))}</th>
            <td>–</td>
            <td className="headcount-wide">{count(other.views)}</td>
            <td>–</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
