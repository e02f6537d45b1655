import type { HeatMap } from "@headcount/core/contract";
import { formatMeasure, weekNames } from "@headcount/core/present";
import type { ReactNode } from "react";
import type { Customization } from "../analytics/customization.ts";

export interface WeekProps {
  week: HeatMap;
  customization: Pick<Customization, "messages" | "locale">;
}

/** The visitors of every hour of the week as numbers. */
export function WeekTable({ week, customization }: WeekProps): ReactNode {
  const { messages, locale } = customization;
  const { weekdays, hours } = weekNames({ locale });
  const words = messages.heatMap;
  return (
    <div className="headcount-table" tabIndex={0} role="region" aria-label={words.visitors}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.hour}</th>
            {weekdays.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hours.map((name, hour) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {weekdays.map((weekday, day) => {
                const value = week.data[day * 24 + hour]?.visitors_per_hour ?? null;
                return <td key={weekday}>{formatMeasure("unique_visitors", value, { locale })}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
