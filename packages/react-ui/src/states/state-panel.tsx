import type { AnalyticsRequestError } from "@headcount/react-hooks";
import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import type { Customization } from "../analytics/customization.ts";
import type { Messages } from "../words/messages.ts";

/** What stands in the place of the numbers where there are none to show: the host's slot, or a few words. */
export function StatePanel(): ReactNode {
  const view = useAnalyticsView();
  const { state, error, retry } = view;
  if (state === "locked") return <UpgradePanel about="range" customization={view} />;
  if (state === "shown" || error === null) return null;
  return <TroublePanel error={error} retry={retry} customization={view} />;
}

export interface UpgradePanelProps {
  about: "range" | "whereFrom" | "visitors";
  customization: Customization;
}

/** In the place of what the user's plan does not show. */
export function UpgradePanel({ about, customization }: UpgradePanelProps): ReactNode {
  const { slots, messages, classes } = customization;
  if (slots.upgrade !== undefined) return slots.upgrade(about);
  const { title, text } = messages.upgrade[about];
  return (
    <section className={classes("state")} aria-label={title}>
      <strong>{title}</strong>
      <p>{text}</p>
    </section>
  );
}

export interface TroublePanelProps {
  error: AnalyticsRequestError;
  retry: () => void;
  customization: Customization;
}

/** Says what went wrong, and offers to try again where that may help. */
export function TroublePanel({ error, retry, customization }: TroublePanelProps): ReactNode {
  const { slots, messages, classes } = customization;
  if (slots.trouble !== undefined) return slots.trouble({ error, retry });
  const { title, text } = messages.trouble[kindOf(error)];
  return (
    <div className={classes("state")} role="alert">
      <strong>{title}</strong>
      <p>{text}</p>
      {kindOf(error) === "unavailable" && (
        <button type="button" className={classes("button")} onClick={retry}>
          {messages.retry}
        </button>
      )}
    </div>
  );
}

function kindOf({ reason }: AnalyticsRequestError): keyof Messages["trouble"] {
  switch (reason) {
    case "signed_out":
      return "signedOut";
    case "forbidden":
      return "forbidden";
    case "refused":
    case "upgrade_needed":
      return "refused";
    case "unavailable":
    case "unreadable":
      return "unavailable";
  }
}
