import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { Choices } from "./choices.tsx";

/** How numbers are shown: drawn, or as a table that says the same. */
export type Form = "chart" | "table";

export interface FormChoicesProps {
  form: Form;
  onChoose: (form: Form) => void;
}

/** The choice between a drawing and its table. */
export function FormChoices({ form, onChoose }: FormChoicesProps): ReactNode {
  const { messages, classes } = useAnalyticsView();
  const words = messages.chart;
  return (
    <Choices
      legend={words.showAs}
      className={`${classes("choices")} headcount-screen`}
      choices={[
        { value: "chart", label: words.chart },
        { value: "table", label: words.table },
      ]}
      value={form}
      onChoose={onChoose}
    />
  );
}
